import { closeSync, openSync, readFileSync, readSync, realpathSync } from 'node:fs';
import { dirname, relative, resolve } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { utf8 } from './text.ts';

/** Bytes at the beginning by which the format is told. */
export const headSize = 1 << 20;

const blockSize = 1 << 20;

/** A file to import. Read when asked, in blocks where its format allows, because a recording may be larger than memory likes. */
export interface Recording {
  /** The path as it was found, relative to the folder or file that was given; with `/`. */
  readonly name: string;
  /** Where it lies, for formats that tell by their folder what they recorded. */
  readonly place: string;
  /** Bytes, after decompression where the whole file is compressed. */
  readonly size: number;
  /** The first {@link headSize} bytes, decompressed. */
  readonly head: Uint8Array;
  /** When the file was written, in milliseconds since 1970. */
  readonly modifiedAt: number;
  /** All of it, decompressed. */
  bytes(): Uint8Array;
  text(): string;
  /** All of it, block by block. A block is valid until the next one is taken. */
  blocks(): Iterable<Uint8Array>;
  /**
   * A file that belongs to this one, by a path relative to it; `undefined` when there is none. `within` is the folder it may
   * not leave (relative to this file's own): a recording must not read what it likes.
   */
  companion(path: string, within?: string): Uint8Array | undefined;
  /** What the person who imports knows and the format does not say. */
  readonly hints: Hints;
}

export interface Hints {
  /** Scheme, host and maybe a path prefix for formats that keep none: `https://api.openai.com`. */
  readonly baseUrl?: string;
}

export class TooLarge extends Error {}

export interface OpenOptions {
  readonly path: string;
  readonly name: string;
  readonly size: number;
  readonly modifiedAt: number;
  /** Bytes above which a file is not read, before and after decompression. */
  readonly maxBytes: number;
  readonly hints: Hints;
}

/** @throws TooLarge, and the errors of reading and decompressing. */
export function openRecording({ path, name, size, modifiedAt, maxBytes, hints }: OpenOptions): Recording {
  if (size > maxBytes) throw new TooLarge();
  const start = headOf(path, Math.min(headSize, Math.max(size, 1)));
  const isGzip = start[0] === 0x1f && start[1] === 0x8b;
  const whole = isGzip ? gunzip(gunzip(readFileSync(path), maxBytes), maxBytes) : undefined;
  // A small file was read whole to begin with.
  const known = whole ?? (size <= headSize ? start : undefined);
  const bytes = (): Uint8Array => known ?? readFileSync(path);
  return {
    name,
    place: path,
    size: whole?.byteLength ?? size,
    head: whole?.subarray(0, headSize) ?? start,
    modifiedAt,
    hints,
    bytes,
    text: () => withoutMark(utf8(bytes())),
    blocks: () => (known === undefined ? fileBlocks(path) : [known]),
    companion: (wanted, within = '.') =>
      readWithin(resolve(dirname(path), within), resolve(dirname(path), wanted)),
  };
}

/** A recording that is in memory. */
export function recordingOf(bytes: Uint8Array, name: string, hints: Hints = {}): Recording {
  return {
    name,
    place: name,
    size: bytes.byteLength,
    head: bytes.subarray(0, headSize),
    modifiedAt: 0,
    hints,
    bytes: () => bytes,
    text: () => withoutMark(utf8(bytes)),
    blocks: () => [bytes],
    companion: () => undefined,
  };
}

/** A gzip file that was cut gives what there is of it; what is none stays as it is. */
function gunzip(bytes: Uint8Array, maxBytes: number): Uint8Array {
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes;
  try {
    return gunzipSync(bytes, { maxOutputLength: maxBytes, finishFlush: 2 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') throw new TooLarge();
    throw error;
  }
}

/** The first bytes of a file, `length` at most. @throws the errors of reading. */
export function headOf(path: string, length: number): Uint8Array {
  const file = openSync(path, 'r');
  try {
    const start = Buffer.allocUnsafe(length);
    let filled = 0;
    while (filled < length) {
      const read = readSync(file, start, filled, length - filled, filled);
      if (read === 0) break;
      filled += read;
    }
    return start.subarray(0, filled);
  } finally {
    closeSync(file);
  }
}

function* fileBlocks(path: string): Generator<Uint8Array> {
  const file = openSync(path, 'r');
  try {
    const block = Buffer.alloc(blockSize);
    for (;;) {
      const read = readSync(file, block, 0, blockSize, null);
      if (read === 0) return;
      // No Buffer: its `slice` shares the memory that the next read writes to.
      yield new Uint8Array(block.buffer, block.byteOffset, read);
    }
  } finally {
    closeSync(file);
  }
}

function readWithin(folder: string, path: string): Uint8Array | undefined {
  const isOutside = (from: string, to: string): boolean =>
    /^\.\.(?:[/\\]|$)|^(?:[a-z]:|\/)/i.test(relative(from, to));
  if (isOutside(folder, path)) return undefined;
  try {
    // A link out of the folder is a way out of it.
    return isOutside(realpathSync(folder), realpathSync(path)) ? undefined : readFileSync(path);
  } catch {
    return undefined;
  }
}

function withoutMark(text: string): string {
  return text.startsWith('\uFEFF') ? text.slice(1) : text;
}
