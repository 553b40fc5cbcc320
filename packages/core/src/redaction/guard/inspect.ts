import { TextEncoder } from 'node:util';
import { beginningsOf, groupAt } from './beginnings.ts';
import { isWord } from './characters.ts';
import { endsLikeSecretName, isSecretName, isUnpredictable } from './names.ts';

/** Told of what looks like a secret: rule id, and where it stands in the text that was inspected. */
export type Hit = (ruleId: string, start: number, end: number) => void;

const SPACE = 0x20;
const COLON = 0x3a;
const EQUALS = 0x3d;
const TILDE = 0x7e;
const BACKSLASH = 0x5c;
/** Keys with a marker in their middle are longer than nearly all words. */
const longWord = 60;
const marker = 'JQQJ9';

/**
 * One walk over the words of a text. Every shape begins with a word or with a mark (`:`, `-`...), so a place costs one look into a
 * table; patterns are tried where the table says so. The walk is over bytes: reading a string letter by letter takes four times as long.
 */
export function inspect(text: string, hit: Hit): void {
  if (text.length < 12) return;
  if (scratchIsTaken || text.length * 3 >= scratch.length) {
    const bytes = Buffer.from(text, 'utf8');
    inspectBytes(bytes, bytes.length, text, hit);
    return;
  }
  const { written } = encoder.encodeInto(text, scratch);
  // What was there before is no part of this text.
  scratch[written] = 0;
  scratchIsTaken = true;
  try {
    inspectBytes(scratch, written, text, hit);
  } finally {
    scratchIsTaken = false;
  }
}

/** Nearly all strings are short, and a buffer of their own costs more than the walk over them. */
const scratch = Buffer.allocUnsafeSlow(1 << 15);
const encoder = new TextEncoder();
/** A hit may have another text inspected before this one is done. */
let scratchIsTaken = false;

function inspectBytes(bytes: Buffer, length: number, text: string, hit: Hit): void {
  // One character per byte, so that places in the bytes are places in the text. What is not ASCII is part of no shape.
  const isAscii = length === text.length;
  const flat = isAscii ? text : bytes.toString('latin1', 0, length);
  walk(bytes, length, flat, isAscii ? hit : (id, start, end) => hit(id, ...charactersOf(bytes, start, end)));
}

function charactersOf(bytes: Buffer, start: number, end: number): [number, number] {
  const from = bytes.toString('utf8', 0, start).length;
  return [from, from + bytes.toString('utf8', start, end).length];
}

function walk(bytes: Uint8Array, length: number, text: string, hit: Hit): void {
  let assignedTo = 0;
  let at = 0;
  while (at < length) {
    const code = bytes[at]!;
    if (isWord[code] !== 1) {
      if ((code === COLON || code === EQUALS) && at >= assignedTo)
        assignedTo = inspectAssignment(bytes, text, at, hit);
      if (code !== SPACE && code < 128) {
        // `Q~` stands in the middle of its word.
        if (code === TILDE && at > 0)
          tryShapes(groupAt(bytes[at - 1]!, code, bytes[at + 1]!), text, at - 1, hit);
        tryShapes(groupAt(code, bytes[at + 1]!, bytes[at + 2]!), text, at, hit);
      }
      at += 1;
      continue;
    }
    const start = at;
    do at += 1;
    while (at < length && isWord[bytes[at]!] === 1);
    tryShapes(groupAt(code, bytes[start + 1]!, bytes[start + 2]!), text, start, hit);
    // `\nsk-...`: the letter of an escape is no part of the word.
    if (at - start > 2 && bytes[start - 1] === BACKSLASH)
      tryShapes(groupAt(bytes[start + 1]!, bytes[start + 2]!, bytes[start + 3]!), text, start + 1, hit);
    if (at - start >= longWord) inspectLongWord(text, start, at, hit);
  }
}

function inspectLongWord(text: string, start: number, end: number, hit: Hit): void {
  const middle = text.slice(start, Math.min(end, start + 4096)).indexOf(marker);
  if (middle >= 50 && end - start - middle >= 20) hit('azure-key', start, end);
}

function tryShapes(group: number, text: string, at: number, hit: Hit): void {
  if (group === 0) return;
  for (const { begin, shape } of beginningsOf(group)) {
    if (!text.startsWith(begin, at)) continue;
    // What stands before is cheaper to look at than what follows.
    const before = text.slice(Math.max(0, at - 64), at);
    const previous = /\\[nrt]$/.test(before) ? '' : before.slice(-1);
    // Base64 has slashes too: behind one a shape counts in a URL only.
    if (previous === '/' && !/:\/\/(?:[\w.:-]+\/[^\s"]*)?$|^\/[^\s"]*$/.test(before)) continue;
    if (shape.notAfter?.test(previous) === true || shape.after?.test(before) === false) continue;
    shape.pattern.lastIndex = at;
    const match = shape.pattern.exec(text)?.[0];
    if (match === undefined) continue;
    if (shape.accept === undefined || shape.accept(match)) hit(shape.id, at, at + match.length);
  }
}

const valueAfter =
  /\s{0,3}["'\\]{0,6}(?:(?:aws4-hmac-sha256|digest|bearer|basic|token)\s{1,3})?([^\s"'\\&;,<>()[\]{}]{8,512})/iy;

/** What may stand between a name and its colon. */
const isAroundName = new Uint8Array(256);
for (const character of ' "\'\\') isAroundName[character.charCodeAt(0)] = 1;

/** `NAME = value`, `"name": "value"`, `name: value` where the name promises a secret and the value is random. Gives the end of what it found. */
function inspectAssignment(bytes: Uint8Array, text: string, at: number, hit: Hit): number {
  let nameEnd = at;
  while (nameEnd > 0 && at - nameEnd < 8 && isAroundName[bytes[nameEnd - 1]!] === 1) nameEnd -= 1;
  if (!endsLikeSecretName(bytes, nameEnd)) return 0;
  const name = /[\w.-]{1,48}$/.exec(text.slice(Math.max(0, nameEnd - 48), nameEnd))?.[0];
  if (name === undefined || !isSecretName(name)) return 0;
  valueAfter.lastIndex = at + 1;
  const found = valueAfter.exec(text);
  const value = found?.[1];
  if (value === undefined || !isUnpredictable(value) || /^[\w$]+\.[A-Za-z_$]/.test(value)) return 0;
  const end = at + 1 + found![0].length;
  hit('secret-name', end - value.length, end);
  return end;
}
