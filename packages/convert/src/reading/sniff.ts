/**
 * Whether text is a server-sent event stream. A blank before `data:` is a field by no standard, and was seen; a comment of
 * keep-alive may come first.
 */
export function isSse(text: string): boolean {
  return (
    /^\uFEFF?\s*(?::[^\n]*\n\s*)*(?:data|event|id|retry):/.test(text) &&
    // YAML begins like events too (`id: 1` and other keys, `data:` and what is under it).
    !/^\s*(?:(?:id|event|retry):[^\n]*|data:[ \t]*\r?)\n(?!(?:data|event|id|retry)\b|:|\s*(?:\n|$))/.test(
      text,
    )
  );
}

/** Whether bytes begin with a frame of an AWS event stream: lengths that fit, and the checksum of the prelude. */
export function isEventStream(bytes: Uint8Array): boolean {
  if (bytes.byteLength < 16) return false;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const [total, headers] = [view.getUint32(0), view.getUint32(4)];
  if (total < 16 || headers > total - 16) return false;
  return process.getBuiltinModule('node:zlib').crc32(bytes.subarray(0, 8)) === view.getUint32(8);
}

/** Whether text is JSON documents, one to a line, and more than one. The last line may be cut. */
export function isJsonLines(text: string): boolean {
  const lines = text.split('\n', 3).filter((line) => line.trim() !== '');
  // Most bodies that come here are one document on many lines: not worth an exception.
  if (lines.length < 2 || !/^\s*\{/.test(lines[0]!) || !lines[0]!.trimEnd().endsWith('}')) return false;
  try {
    JSON.parse(lines[0]!);
    return /^\s*\{/.test(lines[1]!);
  } catch {
    return false;
  }
}

/** The media type that a body shows, for answers whose header is missing. `undefined` when it shows none. */
export function mediaTypeOf(bytes: Uint8Array): string | undefined {
  if (bytes.byteLength === 0) return undefined;
  if (isEventStream(bytes)) return 'application/vnd.amazon.eventstream';
  if (process.getBuiltinModule('node:buffer').isUtf8(bytes)) return textType(bytes);
  const head = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.byteLength, 16)).toString('latin1');
  for (const [start, type] of binaryTypes) if (head.startsWith(start)) return type;
  return 'application/octet-stream';
}

const binaryTypes = [
  ['\x89PNG', 'image/png'],
  ['\xff\xd8\xff', 'image/jpeg'],
  ['GIF8', 'image/gif'],
  ['%PDF', 'application/pdf'],
  ['ID3', 'audio/mpeg'],
  ['\xff\xfb', 'audio/mpeg'],
  ['\xff\xf3', 'audio/mpeg'],
  ['RIFF', 'audio/wav'],
  ['OggS', 'audio/ogg'],
  ['PK', 'application/zip'],
] as const;

function textType(bytes: Uint8Array): string {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.byteLength, 1 << 20)).toString(
    'utf8',
  );
  if (isSse(text)) return 'text/event-stream';
  if (/^\s*(?:[[{]|"|-?\d|true|false|null)/.test(text)) {
    if (isJsonLines(text) && !isDocument(bytes)) return 'application/x-ndjson';
    if (/^\s*[[{]/.test(text) || isDocument(bytes)) return 'application/json';
  }
  return /^\s*<(?:!doctype html|html)/i.test(text) ? 'text/html' : 'text/plain';
}

function isDocument(bytes: Uint8Array): boolean {
  try {
    JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8'));
    return true;
  } catch {
    return false;
  }
}
