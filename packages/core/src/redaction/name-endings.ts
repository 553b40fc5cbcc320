/** Characters that are no part of a plain name. */
const separators: readonly number[] = [...'-_.'].map((character) => character.charCodeAt(0));

/** Says whether the name that ends before `end` may be one of those asked for. */
export type EndingCheck = (text: string, end: number) => boolean;

const tableSize = 1 << 15;
const anyLetter: readonly number[] = Array.from({ length: 32 }, (_, letter) => letter);
/** Of so many letters of the longer names a hash is kept. */
const longEnding = 6;
const padding = ' '.repeat(longEnding);

const impossible = 0;
const possibleIfLong = 1;
const possible = 2;

/**
 * A check of the last letters of a name as it is written, which most names of a body do not pass. Never wrongly false: where a
 * separator (`x_auth_k`) or what stands before a short name takes the place of a letter, any letter is taken.
 * @param names plain ones: without separators, in lower case.
 */
export function createEndingCheck(names: readonly string[]): EndingCheck {
  const pairs = new Uint8Array(128 * 128);
  const threes = new Uint8Array(tableSize);
  const longEndings = new Uint8Array(tableSize);
  const allow = (hash: number, how: number): void => {
    threes[hash] = Math.max(threes[hash]!, how);
  };
  for (const name of names) {
    const [third, second, last] = [3, 2, 1].map((behind) => name.charCodeAt(name.length - behind));
    for (const before of [second!, ...separators]) pairs[before * 128 + last!] = 1;
    // Of a name of one letter what stands before it is unknown.
    if (name.length === 1) for (let before = 0; before < 128; before += 1) pairs[before * 128 + last!] = 1;
    for (const separator of separators) allow(hashOf(separator, second!, last!), possible);
    const anyBefore = name.length === 2 ? [second!, ...separators] : separators;
    for (const before of name.length === 1 ? anyLetter : anyBefore) {
      const row = hashOf(0, before, last!);
      threes.fill(possible, row, row + 32);
    }
    allow(hashOf(third!, second!, last!), name.length < longEnding ? possible : possibleIfLong);
    const long = hashOfLong(name, name.length);
    if (long !== undefined) longEndings[long] = 1;
  }
  const mayEnd: EndingCheck = (text, end) => {
    // A unit before the text would be no number, and every other look-up would pay for that.
    if (end < longEnding) return mayEnd(padding + text.slice(0, end), longEnding + end);
    const last = text.charCodeAt(end - 1);
    const lastButOne = text.charCodeAt(end - 2);
    const how = threes[hashOf(text.charCodeAt(end - 3), lastButOne, last)];
    if (how === impossible || pairs[(lower(lastButOne) & 127) * 128 + lower(last)] !== 1) return false;
    if (how === possible) return true;
    const hash = hashOfLong(text, end);
    return hash !== undefined && longEndings[hash] === 1;
  };
  return mayEnd;
}

/** The low five bits are the same for both cases of a letter. Those with another third last letter are neighbors. */
function hashOf(third: number, second: number, last: number): number {
  return ((second & 31) << 10) | ((last & 31) << 5) | (third & 31);
}

/** Of the last letters without the separators between them; `undefined` when the name has fewer. */
function hashOfLong(text: string, end: number): number | undefined {
  let hash = 0;
  let letters = 0;
  for (let at = end - 1; at >= 0 && letters < longEnding; at -= 1) {
    const code = text.charCodeAt(at);
    if (isSeparator(code)) continue;
    if (!isAlphanumeric(code)) return undefined;
    hash = (hash * 33 + (code & 31)) | 0;
    letters += 1;
  }
  return letters < longEnding ? undefined : (hash ^ (hash >>> 15)) & (tableSize - 1);
}

function isSeparator(code: number): boolean {
  return code === 0x2d || code === 0x5f || code === 0x2e;
}

function isAlphanumeric(code: number): boolean {
  return (code >= 0x30 && code <= 0x39) || (code >= 0x41 && code <= 0x5a) || (code >= 0x61 && code <= 0x7a);
}

function lower(code: number): number {
  return code >= 0x41 && code <= 0x5a ? code + 32 : code;
}
