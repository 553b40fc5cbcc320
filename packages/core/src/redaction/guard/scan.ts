import { EventReader } from './event-reader.ts';
import type { SecretFinding } from './finding.ts';
import { knownHintOf } from './known-search.ts';
import { Lines, type Piece } from './lines.ts';
import { type GuardContext, Look } from './look.ts';
import { parse } from './payloads.ts';
import { mayHoldSecret } from './raw-line.ts';

/** Looks at a file: quickly where it is JSON Lines, thoroughly where something may be in a line. Finds what {@link scanThoroughly} finds. */
export function scan(bytes: Uint8Array, context: GuardContext): SecretFinding[] {
  return scanQuickly(bytes, context) ?? scanThoroughly(bytes, context);
}

/** Parses every line, and looks at each value and at all that it may be decoded to. */
export function scanThoroughly(bytes: Uint8Array, context: GuardContext): SecretFinding[] {
  const text = bufferOf(bytes).toString('utf8');
  const look = new Look(context);
  const lines = new Lines(look);
  let loose = 0;
  for (let start = 0; start <= text.length;) {
    const feed = text.indexOf('\n', start);
    const end = feed === -1 ? text.length : feed;
    const isJson = text.charCodeAt(start) === OPEN_BRACE;
    const value = isJson ? parse(text.slice(start, end)) : undefined;
    if (value !== undefined) lines.add(value as Record<string, unknown>);
    else if (end > start) {
      look.string(text.slice(start, end), undefined);
      loose += 1;
    }
    look.line += 1;
    start = end + 1;
  }
  // Not JSON Lines: one text, or one document over many lines.
  if (loose > 1) wholeText(text, look);
  lines.finish();
  return look.findings;
}

function wholeText(text: string, look: Look): void {
  look.line = 1;
  const value = parse(text);
  if (value === undefined) look.check(text, 'joined-stream');
  else look.value(value, undefined, undefined);
}

const OPEN_BRACE = 0x7b;

function bufferOf(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** With one character per byte. In UTF-8 more bytes may fit into a string. */
const longestString = 2 ** 29 - 24;

/** The line of a piece turned out to be none. */
class NotAsExpected extends Error {}

/**
 * Skips the lines that hold nothing by their raw text, and reads the pieces of streams against the shape of earlier ones. `undefined` when the
 * file is not what that is made for: lines of JSON objects.
 */
export function scanQuickly(bytes: Uint8Array, context: GuardContext): SecretFinding[] | undefined {
  const hint = knownHintOf(context.known);
  const buffer = bufferOf(bytes);
  if (hint === 'none' || buffer.length > longestString) return undefined;
  const file = { bytes: buffer, text: buffer.toString('latin1') };
  const look = new Look(context);
  const lines = new Lines(look, new EventReader(file, look, context.known));
  const asked = {
    isClean: (text: string, depth: number): boolean => look.isClean(text, depth),
    mayHoldKnown: hint,
  };
  for (let start = 0; start < buffer.length;) {
    const feed = file.text.indexOf('\n', start);
    const end = feed === -1 ? buffer.length : feed;
    if (end > start) {
      if (buffer[start] !== OPEN_BRACE) return undefined;
      const stream = streamOf(file.text, start);
      if (stream !== undefined)
        lines.addPiece(`chunk ${stream}`, new TextPiece(buffer, look.line, start, end, stream));
      else if (mayHoldSecret(file, start, end, asked)) {
        const value = parse(buffer.toString('utf8', start, end));
        if (value === undefined) return undefined;
        lines.add(value as Record<string, unknown>);
      }
    }
    look.line += 1;
    start = end + 1;
  }
  try {
    lines.finish();
  } catch (error) {
    if (error instanceof NotAsExpected) return undefined;
    throw error;
  }
  return look.findings;
}

const pieceHead = /\{"chunk":([1-9]\d{0,8}),(?:"at":[\d.eE+-]{1,30},)?"text":"/y;

/** The number of the stream in a line that begins like a piece of text. */
function streamOf(text: string, start: number): string | undefined {
  if (!text.startsWith('{"chunk":', start)) return undefined;
  pieceHead.lastIndex = start;
  return pieceHead.exec(text)?.[1];
}

/** A line that begins like a piece of text, parsed only when it has to be. */
class TextPiece implements Piece {
  readonly isBinary = false;
  readonly line: number;
  readonly start: number;
  readonly end: number;
  readonly #lineStart: number;
  readonly #buffer: Buffer;
  readonly #number: string;

  constructor(buffer: Buffer, line: number, start: number, end: number, number: string) {
    this.line = line;
    this.start = start + '{"chunk":'.length + number.length;
    this.end = end;
    this.#lineStart = start;
    this.#buffer = buffer;
    this.#number = number;
  }

  text(): string {
    const value = parse(this.#buffer.toString('utf8', this.#lineStart, this.end)) as
      | Record<string, unknown>
      | undefined;
    if (value?.['chunk'] !== Number(this.#number) || typeof value['text'] !== 'string')
      throw new NotAsExpected();
    if ('json' in value || 'base64' in value) throw new NotAsExpected();
    return value['text'];
  }
}
