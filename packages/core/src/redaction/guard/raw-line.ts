import { beginningsOf, groupAt } from './beginnings.ts';
import { shortestBase64, textOfBase64, withoutPercent, wrapped } from './decodings.ts';
import { isWord } from './characters.ts';
import { endsLikeSecretName, mayEndQuotedSecretName, mayEndSecretName } from './names.ts';

/** A file as bytes, and as text with one character per byte: places in one are places in the other. */
export interface RawFile {
  readonly bytes: Uint8Array;
  readonly text: string;
}

/** What is asked for texts that were found on the way. */
export interface Asked {
  /** Whether a decoded text holds nothing: the thorough look. */
  isClean(text: string, depth: number): boolean;
  /** Whether a raw text may hold a known value; absent when there are none. */
  readonly mayHoldKnown: ((text: string) => boolean) | undefined;
}

const TAB = 0x09;
const SPACE = 0x20;
const QUOTE = 0x22;
const COMMA = 0x2c;
const SLASH = 0x2f;
const ZERO = 0x30;
const TWO = 0x32;
const SEVEN = 0x37;
const NINE = 0x39;
const OPEN = 0x5b;
const BACKSLASH = 0x5c;
const CLOSE = 0x5d;
const LETTER_U = 0x75;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;

/** Deeper ones are left to the thorough look, which says that they are too deep. */
const deepest = 256;
/** So many in a row, and what is below cannot be told by its raw text. */
const tooManyBackslashes = '\\'.repeat(8);
const longWord = 60;
const marker = 'JQQJ9';

/**
 * A quick look at the raw text of a line of JSON: `true` when the thorough look at its values could find something, or cannot be foretold.
 * It never parses. JSON in strings of JSON has more backslashes, and nothing else that matters: a token has no character that JSON must
 * escape, so in the raw text it stands as it does in the value, however deep. What could hide one (`\u0041`, `\/`, `%41`) is not
 * undone but reason enough to look thoroughly, and so is every name that promises a secret unless something harmless stands behind it.
 */
export function mayHoldSecret(file: RawFile, start: number, end: number, asked: Asked): boolean {
  const answer = walk(file, start, end, asked);
  if (answer === CLEAN && asked.mayHoldKnown === undefined) return false;
  if (answer === MAYBE) return true;
  const line = file.text.slice(start, end);
  return (
    asked.mayHoldKnown?.(line) === true || (answer === PERCENT_ENCODED && mayHoldPercentEncoded(line, asked))
  );
}

/** The same for the line without its percent-encoding. What is encoded twice is left to the thorough look. */
function mayHoldPercentEncoded(line: string, asked: Asked): boolean {
  const bytes = Buffer.from(withoutPercent(line), 'latin1');
  const file = { bytes, text: bytes.toString('latin1') };
  return walk(file, 0, bytes.length, asked) !== CLEAN || asked.mayHoldKnown?.(file.text) === true;
}

type Answer = typeof CLEAN | typeof MAYBE | typeof PERCENT_ENCODED;
const CLEAN = 0;
const MAYBE = 1;
/** Clean but for what percent-encoding may hide. */
const PERCENT_ENCODED = 2;

/** What the walk does at a character. Small numbers, so that it is one jump. */
const kindOf = new Uint8Array(256);
const WORD = 1;
/** Not part of a word, but of base64: `+`, `-`, `/`. */
const JOINT = 2;
const IS_QUOTE = 3;
const IS_ASSIGNMENT = 4;
const IS_OPEN = 5;
const IS_CLOSE = 6;
const IS_BACKSLASH = 7;
const IS_PERCENT = 8;
const IS_TILDE = 9;
for (const [kind, characters] of [
  [JOINT, '+-/'],
  [IS_QUOTE, '"'],
  [IS_ASSIGNMENT, ':='],
  [IS_OPEN, '[{'],
  [IS_CLOSE, ']}'],
  [IS_BACKSLASH, '\\'],
  [IS_PERCENT, '%'],
  [IS_TILDE, '~'],
] as const)
  for (const character of characters) kindOf[character.charCodeAt(0)] = kind;
isWord.forEach((is, code) => {
  if (is === 1) kindOf[code] = WORD;
});

function walk(file: RawFile, start: number, end: number, asked: Asked): Answer {
  const { bytes, text } = file;
  let answer: Answer = CLEAN;
  let depth = 0;
  // Where a run of base64 began.
  let run = start;
  for (let at = start; at < end;) {
    const code = bytes[at]!;
    const kind = kindOf[code]!;
    if (kind === WORD) {
      const from = at;
      do at += 1;
      while (at < end && kindOf[bytes[at]!] === WORD);
      if (groupAt(code, bytes[from + 1]!, bytes[from + 2]!) !== 0 && isShape(bytes, text, from, false))
        return MAYBE;
      if (from > start && bytes[from - 1] === BACKSLASH && isEscape(bytes, text, from, at)) return MAYBE;
      if (at - from >= longWord && isMarked(text, from, at)) return MAYBE;
      continue;
    }
    if (kind === JOINT) {
      if (code === SLASH && bytes[at - 1] === BACKSLASH) return MAYBE;
      if (groupAt(code, bytes[at + 1]!, bytes[at + 2]!) !== 0 && isShape(bytes, text, at, false))
        return MAYBE;
      at += 1;
      continue;
    }
    if (at - run >= shortestBase64 && base64MayHide(file, run, at, asked)) return MAYBE;
    switch (kind) {
      case IS_QUOTE:
        if (isTellingName(bytes, text, at)) return MAYBE;
        break;
      case IS_ASSIGNMENT:
        if (isAssignment(bytes, text, at)) return MAYBE;
        if (groupAt(code, bytes[at + 1]!, bytes[at + 2]!) !== 0 && isShape(bytes, text, at, false))
          return MAYBE;
        break;
      case IS_OPEN:
        depth += 1;
        if (depth > deepest) return MAYBE;
        // Of strings, objects, or nothing.
        if (code === OPEN_BRACE || isNoNumber(bytes[at + 1]!)) break;
        if (isByteList(bytes, at, end)) return MAYBE;
        if (isNumeric(bytes[at + 1]!)) at = endOfNumbers(bytes, at + 1) - 1;
        break;
      case IS_CLOSE:
        if (depth > 0) depth -= 1;
        break;
      case IS_BACKSLASH:
        if (bytes[at + 1] === BACKSLASH && text.startsWith(tooManyBackslashes, at)) return MAYBE;
        break;
      case IS_PERCENT:
        if (isHidingPercent(bytes, at)) answer = PERCENT_ENCODED;
        break;
      case IS_TILDE:
        if (isShape(bytes, text, at - 1, false)) return MAYBE;
        break;
      default:
    }
    at += 1;
    run = at;
  }
  return end - run >= shortestBase64 && base64MayHide(file, run, end, asked) ? MAYBE : answer;
}

/** A word behind a backslash: its first letter may be that of an escape, or the first five `uXXXX`. */
function isEscape(bytes: Uint8Array, text: string, from: number, end: number): boolean {
  if (bytes[from] === LETTER_U) {
    if (isHidingEscape(bytes, from)) return true;
    if (end - from > 5 && isShape(bytes, text, from + 5, true)) return true;
  }
  return isShape(bytes, text, from + 1, true);
}

/** `\u0041`; but `<`, `>` and `&`, which many libraries write so, only ever end a token. */
function isHidingEscape(bytes: Uint8Array, at: number): boolean {
  const row = bytes[at + 3]!;
  if (bytes[at + 1] !== ZERO || bytes[at + 2] !== ZERO || row < TWO || row > SEVEN) return false;
  const low = bytes[at + 4]! | 0x20;
  return !((row === 0x33 && (low === 0x63 || low === 0x65)) || (row === TWO && bytes[at + 4] === 0x36));
}

/** As the thorough look does, but for what stands before: an escape there is no letter, and a slash is no matter. */
function isShape(bytes: Uint8Array, text: string, at: number, isAfterEscape: boolean): boolean {
  const group = groupAt(bytes[at]!, bytes[at + 1]!, bytes[at + 2]!);
  if (group === 0) return false;
  for (const { begin, shape } of beginningsOf(group)) {
    if (!text.startsWith(begin, at)) continue;
    if (!isAfterEscape && shape.notAfter?.test(text[at - 1]!) === true) continue;
    const pattern = shape.raw ?? shape.pattern;
    pattern.lastIndex = at;
    const match = pattern.exec(text)?.[0];
    if (match === undefined || shape.after?.test(text.slice(Math.max(0, at - 64), at)) === false) continue;
    if (shape.accept === undefined || match.includes('\\') || shape.accept(match)) return true;
  }
  return false;
}

function isMarked(text: string, from: number, end: number): boolean {
  const middle = text.slice(from, Math.min(end, from + 5000)).indexOf(marker);
  return middle >= 50 && end - from - middle >= 20;
}

function isHidingPercent(bytes: Uint8Array, at: number): boolean {
  const row = bytes[at + 1]!;
  return row >= TWO && row <= SEVEN;
}

// What a quoted name may have behind it: a member's value that is no string or has no digit, the marker of the redactor; or the second of a
// header's pair that is such a marker.
const harmlessMember =
  /"(?:\s*:\s*(?:\\*"(?:Bearer |Basic )?\[redacted:[a-z0-9-]+\]|(\\*)"[^"\\\d]{0,500}\1"(?=[,}\]])|(?:null|true|false|-?\d{1,20})(?=[,}\]\s])|\{)|,(\\*)"(?:Bearer |Basic )?\[redacted:[a-z0-9-]+\]\2"\])/y;

/** Names by which the thorough look goes its own ways: base64, the parts of a stream, log probabilities. */
const special = ['"base64', '"token', '"chunk', '"sent', '"received'] as const;

/** A quote: whether what it closes is a name, in a place where that would matter. */
function isTellingName(bytes: Uint8Array, text: string, at: number): boolean {
  let end = at;
  while (bytes[end - 1] === BACKSLASH) end -= 1;
  if (isSpecialEnd(bytes[end - 2]!, bytes[end - 1]!))
    for (const name of special)
      if (text.startsWith(name, end - name.length) && mayBeKey(bytes[at + 1]!)) return true;
  if (!endsLikeSecretName(bytes, end) || !mayEndQuotedSecretName(text, end)) return false;
  harmlessMember.lastIndex = at;
  return !harmlessMember.test(text);
}

/** Behind a string that is a value stands a comma or a bracket. */
function mayBeKey(next: number): boolean {
  return next !== COMMA && next !== CLOSE && next !== CLOSE_BRACE;
}

/** The last two letters of the special names. */
function isSpecialEnd(first: number, second: number): boolean {
  return isEnd[((first & 31) << 5) | (second & 31)] === 1;
}

const isEnd = new Uint8Array(1 << 10);
for (const name of special) {
  const [first, second] = Buffer.from(name.slice(-2));
  isEnd[((first! & 31) << 5) | (second! & 31)] = 1;
}

// What is no value: it has no digit before it ends, or does not begin at all.
const harmlessValue =
  /[:=] {0,3}(?:(?:\\{0,7}["'])?(?!(?:aws4-hmac-sha256|digest|bearer|basic|token)[\s\\])[^\s"'\\&;,<>()[\]{}\d]{1,500}(?:[\s"'&;,<>()[\]{}]|\\+[nrt"'])|[&;,<>()[\]{}]|-?\d{1,7}[,}\]\s]|\\*"(?:\\*"(?=[,}\]])|(?:(?:bearer|basic) )?\[redacted:))/iy;

function isAssignment(bytes: Uint8Array, text: string, at: number): boolean {
  let end = at;
  while (isGap(bytes[end - 1]!)) end -= 1;
  if (!endsLikeSecretName(bytes, end) || !mayEndSecretName(text, end)) return false;
  harmlessValue.lastIndex = at;
  return !harmlessValue.test(text);
}

function isGap(code: number): boolean {
  return code === SPACE || code === QUOTE || code === BACKSLASH || code === 0x27;
}

/** Behind the last comma of a list of numbers: nothing begins in there, and embeddings are long. */
function endOfNumbers(bytes: Uint8Array, from: number): number {
  let last = from;
  for (let at = from; ; at += 1) {
    if (bytes[at] === COMMA) last = at + 1;
    else if (!isNumeric(bytes[at]!)) return last;
  }
}

function isNoNumber(code: number): boolean {
  return code === QUOTE || code === OPEN_BRACE || code === CLOSE || code === OPEN;
}

/** Twelve whole numbers in a row, or what may be some: the bytes of a text. */
function isByteList(bytes: Uint8Array, open: number, end: number): boolean {
  let at = open + 1;
  for (let count = 0; count < 12; count += 1) {
    while (isSpaceOrEscape(bytes[at]!)) at += 1;
    const from = at;
    while (at < end && isNumeric(bytes[at]!)) at += 1;
    if (at === from || !mayBeByte(bytes, from, at)) return false;
    while (isSpaceOrEscape(bytes[at]!)) at += 1;
    if (count < 11 && bytes[at] !== COMMA) return false;
    at += 1;
  }
  return true;
}

function isSpaceOrEscape(code: number): boolean {
  return (
    code === SPACE || code === TAB || code === BACKSLASH || code === 0x6e || code === 0x72 || code === 0x74
  );
}

/** Digits, and what else a number can have. */
function isNumeric(code: number): boolean {
  return (
    (code >= ZERO && code <= NINE) ||
    code === 0x2e ||
    code === 0x2d ||
    code === 0x2b ||
    (code | 0x20) === 0x65
  );
}

function mayBeByte(bytes: Uint8Array, from: number, end: number): boolean {
  // Zero, point, something: by far the most numbers are so, and only an exponent makes them whole.
  if (end - from <= 3) return bytes[from + 1] !== 0x2e || bytes[from + 2] === ZERO || end - from < 3;
  const value = Number(Buffer.from(bytes.buffer, bytes.byteOffset + from, end - from).toString('latin1'));
  return Number.isInteger(value) && value >= 0 && value <= 255;
}

/** A run of base64 of a text in which there may be something; from later on too, where its first letters may be an escape's. */
function base64MayHide({ bytes, text }: RawFile, from: number, end: number, asked: Asked): boolean {
  // Wrapped lines are put together by the thorough look.
  if (end - from >= 60 && end - from <= 85 && wrapped.test(text.slice(end, end + 24))) return true;
  const run = text.slice(from, end);
  if (hides(run, asked)) return true;
  if (bytes[from - 1] !== BACKSLASH) return false;
  return hides(run.slice(1), asked) || (run.startsWith('u') && hides(run.slice(5), asked));
}

function hides(run: string, { isClean }: Asked): boolean {
  if (run.length < shortestBase64) return false;
  const decoded = textOfBase64(run);
  if (decoded !== undefined && !isClean(decoded, 1)) return true;
  if (run.length > 4100 || !run.includes('/')) return false;
  for (const part of run.split('/').slice(1)) {
    const inner = part.length >= shortestBase64 ? textOfBase64(part) : undefined;
    if (inner !== undefined && !isClean(inner, 1)) return true;
  }
  return false;
}
