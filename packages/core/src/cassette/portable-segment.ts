/**
 * What one part of a path may be so that it is the same on every file system: case-insensitive ones, Windows with its
 * device names, normalizing ones, those that count a name in bytes.
 */

/** Characters, and UTF-8 bytes, of a segment. 255 bytes is the usual limit; the rest is left for locks and journals. */
export const MAX_CHARACTERS = 80;
export const MAX_BYTES = 160;

/** Device names that Windows reserves in every folder, whatever extension follows. */
const DEVICE = /^(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]|conin\$|conout\$)(\.|$)/i;

export function isDeviceName(segment: string): boolean {
  return DEVICE.test(segment);
}

/** Endings that the file store gives a meaning of its own. */
const OWN_ENDING = /\.(jsonl|blobs|lock|journal|tmp)$/i;

export function hasOwnEnding(segment: string): boolean {
  return OWN_ENDING.test(segment);
}

export function byteLength(text: string): number {
  return Buffer.byteLength(text, 'utf8');
}

/** The longest beginning within the limits less `reserve`, in whole code points, never ending in a separator. */
export function shorten(segment: string, reserve = 0): string {
  let short = '';
  let bytes = 0;
  for (const character of segment) {
    bytes += byteLength(character);
    if (short.length + character.length > MAX_CHARACTERS - reserve || bytes > MAX_BYTES - reserve) break;
    short += character;
  }
  return short === segment ? segment : short.replace(/[-._ ]+$/, '');
}

/**
 * Marks a name that does not say exactly what it stands for: six characters from a hash of the original after `~`,
 * a sign no clean name has.
 */
function hashMark(original: string): string {
  const digest = process.getBuiltinModule('node:crypto').hash('sha256', original, 'hex');
  // 30 bits: 36^6 is just above 2^30.
  return `~${(Number.parseInt(digest.slice(0, 8), 16) >>> 2).toString(36).padStart(6, '0')}`;
}

const HASH_MARK_LENGTH = 7;

/** `segment`, shortened where needed, with the mark of `original`. Never a device name. */
export function marked(segment: string, original: string): string {
  const name = shorten(segment, HASH_MARK_LENGTH + 1) + hashMark(original);
  return isDeviceName(name) ? `_${name}` : name;
}
