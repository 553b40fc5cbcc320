import { promisify } from 'node:util';
import zlib from 'node:zlib';
import type { Encoding } from './behavior.ts';

/** Compresses a whole body. */
export function encode(encoding: Encoding, body: Buffer): Promise<Buffer> {
  switch (encoding) {
    case 'gzip':
      return promisify(zlib.gzip)(body);
    case 'br':
      return promisify(zlib.brotliCompress)(body);
    case 'zstd':
      return promisify(zlib.zstdCompress)(body);
    case 'deflate':
      return promisify(zlib.deflate)(body);
  }
}

/** Compresses a stream piece by piece: what comes out for a piece decodes to that piece without waiting for the next. */
export interface PieceEncoder {
  piece(bytes: Buffer): Promise<Buffer>;
  end(): Promise<Buffer>;
}

export function createPieceEncoder(encoding: Encoding): PieceEncoder {
  const coder = createCoder(encoding);
  const ready: Buffer[] = [];
  coder.on('data', (chunk: Buffer) => ready.push(chunk));
  const takeReady = (): Buffer => Buffer.concat(ready.splice(0));
  return {
    piece: (bytes) =>
      new Promise((resolve, reject) => {
        coder.once('error', reject);
        coder.write(bytes);
        coder.flush(() => {
          coder.off('error', reject);
          resolve(takeReady());
        });
      }),
    end: () =>
      new Promise((resolve, reject) => {
        coder.once('error', reject);
        coder.once('end', () => resolve(takeReady()));
        coder.end();
      }),
  };
}

function createCoder(encoding: Encoding): zlib.Gzip | zlib.BrotliCompress | zlib.ZstdCompress | zlib.Deflate {
  switch (encoding) {
    case 'gzip':
      return zlib.createGzip();
    case 'br':
      return zlib.createBrotliCompress();
    case 'zstd':
      return zlib.createZstdCompress();
    case 'deflate':
      return zlib.createDeflate();
  }
}
