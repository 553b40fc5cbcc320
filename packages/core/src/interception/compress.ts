import type * as zlib from 'node:zlib';
import { joinChunks } from '../model/chunk.ts';

interface Codec {
  readonly whole: (bytes: Uint8Array) => Uint8Array;
  /** A stream that gives out every piece it is given at once. */
  readonly stream: () => zlib.Gzip | zlib.Deflate | zlib.BrotliCompress | zlib.ZstdCompress;
}

/**
 * Compresses a recorded body again as its `content-encoding` says (RFC 9110, section 8.4; a list of codings is applied in its
 * order). Chunks stay apart: each is flushed by itself, so a client can decode what it has.
 * @returns as many pieces as there were chunks, the last one with the trailer of the coding. A coding that is not known gives
 * the chunks back: such a body was never decoded.
 */
export async function compressChunks(
  chunks: readonly Uint8Array[],
  contentEncoding: string,
): Promise<readonly Uint8Array[]> {
  let pieces = chunks;
  for (const name of contentEncoding.toLowerCase().split(',')) {
    const coding = name.trim();
    if (coding === '' || coding === 'identity') continue;
    const codec = codecFor(coding);
    if (codec === undefined) return chunks;
    pieces =
      pieces.length <= 1
        ? [codec.whole(joinChunks(pieces.map((bytes) => ({ bytes }))))]
        : await each(pieces, codec);
  }
  return pieces;
}

function codecFor(coding: string): Codec | undefined {
  // Loaded with the first compressed reply, not with Reel.
  const zlib = process.getBuiltinModule('node:zlib');
  const { Z_SYNC_FLUSH, BROTLI_OPERATION_FLUSH, ZSTD_e_flush } = zlib.constants;
  switch (coding) {
    case 'gzip':
    case 'x-gzip':
      return {
        whole: (bytes) => zlib.gzipSync(bytes),
        stream: () => zlib.createGzip({ flush: Z_SYNC_FLUSH }),
      };
    case 'deflate':
      return {
        whole: (bytes) => zlib.deflateSync(bytes),
        stream: () => zlib.createDeflate({ flush: Z_SYNC_FLUSH }),
      };
    case 'br': {
      // Node's default quality, 11, is made for files that are compressed once: hundreds of times slower.
      const params = { [zlib.constants.BROTLI_PARAM_QUALITY]: 4 };
      return {
        whole: (bytes) => zlib.brotliCompressSync(bytes, { params }),
        stream: () => zlib.createBrotliCompress({ params, flush: BROTLI_OPERATION_FLUSH }),
      };
    }
    case 'zstd':
      return {
        whole: (bytes) => zlib.zstdCompressSync(bytes),
        stream: () => zlib.createZstdCompress({ flush: ZSTD_e_flush }),
      };
    default:
      return undefined;
  }
}

function each(chunks: readonly Uint8Array[], codec: Codec): Promise<Uint8Array[]> {
  const stream = codec.stream();
  const pieces: Uint8Array[] = [];
  let output: Uint8Array[] = [];
  stream.on('data', (bytes: Uint8Array) => output.push(bytes));
  const take = (): void => {
    pieces.push(Buffer.concat(output));
    output = [];
  };
  return new Promise((resolve, reject) => {
    stream.once('error', reject);
    stream.once('end', () => {
      // The trailer of the coding belongs to the last chunk.
      pieces.push(Buffer.concat([pieces.pop() ?? Buffer.alloc(0), ...output]));
      resolve(pieces);
    });
    const next = (index: number): void => {
      if (index === chunks.length) {
        stream.end();
        return;
      }
      stream.write(chunks[index], () => {
        take();
        next(index + 1);
      });
    };
    next(0);
  });
}
