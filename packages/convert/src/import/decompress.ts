import { isUtf8 } from 'node:buffer';
import * as zlib from 'node:zlib';
import { Unreadable } from '../reading/body.ts';

/** Bytes a body may have after decompression. Recordings of megabytes exist, and bombs of gigabytes do. */
const mostBytes = 512 << 20;

export interface Decompressed {
  readonly body: Uint8Array;
  /** Codings that were taken off, outermost first. */
  readonly codings: readonly string[];
  /** Whether the compressed bytes ended early. */
  readonly isCut: boolean;
}

/**
 * A body without compression, told by its first bytes: what headers say about stored bodies is wrong as often as right. The named
 * codings decide only where the bytes have no mark of their own (brotli, raw deflate).
 * @param isFile the content itself is a compressed file, and stays one.
 * @throws Unreadable when there is more than any recording has.
 */
export function decompress(bytes: Uint8Array, named: readonly string[], isFile: boolean): Decompressed {
  let body = bytes;
  let isCut = false;
  const codings: string[] = [];
  // Twice at most: more is a bomb and no recording.
  for (let layer = 0; layer < 2; layer++) {
    const coding = codingOf(body, named, codings.length);
    if (coding === undefined || (isFile && !named.includes(coding))) break;
    const decoded = decodeOne(body, coding);
    if (decoded === undefined) break;
    codings.push(coding);
    body = decoded.body;
    isCut ||= decoded.isCut;
  }
  return { body, codings, isCut };
}

function codingOf(body: Uint8Array, named: readonly string[], taken: number): string | undefined {
  if (body[0] === 0x1f && body[1] === 0x8b && body[2] === 0x08) return 'gzip';
  if (body[0] === 0x28 && body[1] === 0xb5 && body[2] === 0x2f && body[3] === 0xfd) return 'zstd';
  const name = named.toReversed()[taken];
  const isPossible = name === 'br' || name === 'deflate';
  return isPossible && body.byteLength > 0 && !isUtf8(body) ? name : undefined;
}

function decodeOne(bytes: Uint8Array, coding: string): { body: Uint8Array; isCut: boolean } | undefined {
  const { constants } = zlib;
  const run = (options: { finishFlush?: number }): Uint8Array => {
    const limited = { ...options, maxOutputLength: mostBytes };
    if (coding === 'gzip') return zlib.gunzipSync(bytes, limited);
    if (coding === 'zstd') return zlib.zstdDecompressSync(bytes, limited);
    if (coding === 'br') return zlib.brotliDecompressSync(bytes, limited);
    return (bytes[0]! & 0x0f) === 8 ? zlib.inflateSync(bytes, limited) : zlib.inflateRawSync(bytes, limited);
  };
  const lenient = {
    gzip: constants.Z_SYNC_FLUSH,
    deflate: constants.Z_SYNC_FLUSH,
    br: constants.BROTLI_OPERATION_FLUSH,
    zstd: constants.ZSTD_e_flush,
  }[coding];
  try {
    return { body: run({}), isCut: false };
  } catch (error) {
    refuseBomb(error);
  }
  try {
    const body = run(lenient === undefined ? {} : { finishFlush: lenient });
    return body.byteLength === 0 ? undefined : { body, isCut: true };
  } catch (error) {
    refuseBomb(error);
    return undefined;
  }
}

function refuseBomb(error: unknown): void {
  if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE')
    throw new Unreadable(`its body is larger than ${mostBytes >> 20} MB when it is decompressed`);
}
