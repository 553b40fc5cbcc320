import { isUtf8 } from 'node:buffer';
import { type JsonLayout, isJsonSpace, putTogether, takeApart } from './json-layout.ts';

/**
 * How bytes stand on a line: `json`, else `text`, else `base64`, else `blob` (a file beside the cassette). One function
 * each way, exact for any bytes.
 */

/** Decodes like `Buffer.toString` (a BOM stays), for bytes known to be UTF-8. */
export function utf8(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
}

export interface BodyOptions {
  /** Bytes above which a body that is not text becomes a blob. */
  readonly blobAbove: number;
  /** Collects the blobs by hash. */
  readonly blobs: Map<string, Uint8Array>;
  /** Write JSON as text, without looking for its layout. */
  readonly verbatim?: boolean;
}

/** The fields of a whole body, ready to be appended to a line: `,"json":{...}`. */
export function encodeBody(bytes: Uint8Array, options: BodyOptions): string {
  if (options.verbatim === true) return encodeVerbatim(bytes, options);
  if (!isUtf8(bytes)) return encodeBinary(bytes, options);
  const text = utf8(bytes);
  const parts = takeApart(text);
  if (parts === undefined) return encodeText(text);
  const { indent, spaced, before, after } = parts.layout;
  return (
    (indent === undefined ? '' : `,"indent":${JSON.stringify(indent)}`) +
    (spaced === undefined ? '' : ',"spaced":true') +
    (before === undefined ? '' : `,"before":${JSON.stringify(before)}`) +
    (after === undefined ? '' : `,"after":${JSON.stringify(after)}`) +
    `,"json":${parts.compact}`
  );
}

/** The fields of a chunk: verbatim, because a chunk is a piece of a protocol and not a document. */
export function encodeVerbatim(bytes: Uint8Array, options: BodyOptions): string {
  return isUtf8(bytes) ? encodeText(utf8(bytes)) : encodeBinary(bytes, options);
}

/**
 * The fields of a WebSocket message. A large one becomes a blob even when it is text: it is sound or a picture in base64 inside
 * JSON, which nobody reviews.
 */
export function encodeFrame(bytes: Uint8Array, options: BodyOptions): string {
  return bytes.byteLength > options.blobAbove ? encodeBinary(bytes, options) : encodeBody(bytes, options);
}

function encodeText(text: string): string {
  return `,"text":${JSON.stringify(text)}`;
}

function encodeBinary(bytes: Uint8Array, { blobAbove, blobs }: BodyOptions): string {
  if (bytes.byteLength <= blobAbove) {
    const base64 = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');
    return `,"base64":"${base64}"`;
  }
  const hash = blobHash(bytes);
  blobs.set(hash, bytes);
  return `,"blob":"${hash}","bytes":${bytes.byteLength}`;
}

/** First 32 hexadecimal digits of the SHA-256: the name of a blob. */
export function blobHash(bytes: Uint8Array): string {
  // Loaded when needed: most processes never meet a blob, and import time counts.
  return process.getBuiltinModule('node:crypto').hash('sha256', bytes, 'hex').slice(0, 32);
}

/** Keys that carry a body. Exactly one of them, with its own companions, stands on a line that has a body. */
export const bodyKeys = [
  'indent',
  'spaced',
  'before',
  'after',
  'json',
  'text',
  'base64',
  'blob',
  'bytes',
] as const;

/** Reads a blob by its hash; `undefined` when there is none. */
export type ReadBlob = (hash: string) => Uint8Array | undefined;

/** Why a body cannot be decoded, in words that quote none of it. */
export class BodyProblem extends Error {
  readonly fix: string | undefined;

  constructor(what: string, fix?: string) {
    super(what);
    this.fix = fix;
  }
}

/** The body of a parsed line, or `undefined` when it has none. Throws {@link BodyProblem}. */
export function decodeBody(
  line: Readonly<Record<string, unknown>>,
  readBlob: ReadBlob,
): Uint8Array | undefined {
  // JSON has no `undefined`, so a key that is there has another value. Streams come here for every event: no lists.
  const { json, text, base64, blob } = line;
  const forms =
    Number(json !== undefined) +
    Number(text !== undefined) +
    Number(base64 !== undefined) +
    Number(blob !== undefined);
  if (forms > 1) throw new BodyProblem('one line has two bodies');
  const { indent, spaced, before, after, bytes } = line;
  if (json === undefined && (indent ?? spaced ?? before ?? after) !== undefined) {
    throw new BodyProblem('a line says how its JSON is laid out but has no JSON');
  }
  if (blob === undefined && bytes !== undefined) {
    throw new BodyProblem('a line gives the size of a blob but names no blob');
  }
  if (text !== undefined) return decodeText(text);
  if (json !== undefined) return decodeJson(line);
  if (base64 !== undefined) return decodeBase64(base64);
  return blob === undefined ? undefined : decodeBlob(blob, bytes, readBlob);
}

/**
 * Three times as fast as `TextEncoder` for the short texts of a stream, because small pieces share a pool of memory. What goes
 * to a client is copied by the transport, so nobody can transfer or overwrite the pool.
 */
function toUtf8(text: string): Uint8Array {
  const pooled = Buffer.from(text);
  return new Uint8Array(pooled.buffer, pooled.byteOffset, pooled.byteLength);
}

function decodeJson(line: Readonly<Record<string, unknown>>): Uint8Array {
  try {
    return toUtf8(putTogether(line['json'], layoutOf(line)));
  } catch (error) {
    if (error instanceof RangeError) throw new BodyProblem('its JSON is nested too deeply');
    throw error;
  }
}

function layoutOf({ indent, spaced, before, after }: Readonly<Record<string, unknown>>): JsonLayout {
  const isIndent =
    indent === '\t' || (Number.isInteger(indent) && Number(indent) >= 1 && Number(indent) <= 10);
  if (indent !== undefined && !isIndent) throw new BodyProblem('"indent" is neither 1 to 10 nor a tab');
  if (spaced !== undefined && spaced !== true) throw new BodyProblem('"spaced" is not true');
  for (const [name, space] of [['before', before] as const, ['after', after] as const]) {
    if (space !== undefined && !(typeof space === 'string' && isJsonSpace(space))) {
      throw new BodyProblem(`"${name}" is not white space`);
    }
  }
  return {
    ...(indent !== undefined && { indent: indent as number | '\t' }),
    ...(spaced === true && { spaced }),
    ...(before !== undefined && { before: before as string }),
    ...(after !== undefined && { after: after as string }),
  };
}

function decodeText(text: unknown): Uint8Array {
  if (typeof text !== 'string') throw new BodyProblem('"text" is not a string');
  // A lone surrogate has no bytes: it would silently become U+FFFD.
  if (!text.isWellFormed()) throw new BodyProblem('"text" holds half of a surrogate pair');
  return toUtf8(text);
}

function decodeBase64(base64: unknown): Uint8Array {
  if (typeof base64 !== 'string') throw new BodyProblem('"base64" is not a string');
  const bytes = Buffer.from(base64, 'base64');
  // Node's decoder skips what it does not know, so a damaged value shows only in the way back.
  if (bytes.toString('base64') !== base64) throw new BodyProblem('"base64" is not valid base64');
  return new Uint8Array(bytes);
}

const BLOB_HASH = /^[0-9a-f]{32}$/;

function decodeBlob(hash: unknown, size: unknown, readBlob: ReadBlob): Uint8Array {
  if (typeof hash !== 'string' || !BLOB_HASH.test(hash)) {
    throw new BodyProblem('"blob" is not the hash of a blob');
  }
  const bytes = readBlob(hash);
  if (bytes === undefined) {
    throw new BodyProblem(
      `its blob ${hash} is missing`,
      'restore the .blobs folder beside the cassette from version control (git lfs pull where it is kept by Git LFS), or record again',
    );
  }
  if (bytes.byteLength !== size || blobHash(bytes) !== hash) {
    throw new BodyProblem(
      `its blob ${hash} does not have the content it is named after`,
      'restore the .blobs folder beside the cassette from version control (git lfs pull where it is kept by Git LFS), or record again',
    );
  }
  return bytes;
}
