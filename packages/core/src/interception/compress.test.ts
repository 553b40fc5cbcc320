import fc from 'fast-check';
import zlib from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { compressChunks } from './compress.ts';

const codings = {
  gzip: { decode: zlib.gunzipSync, partial: { finishFlush: zlib.constants.Z_SYNC_FLUSH } },
  deflate: { decode: zlib.inflateSync, partial: { finishFlush: zlib.constants.Z_SYNC_FLUSH } },
  br: { decode: zlib.brotliDecompressSync, partial: { finishFlush: zlib.constants.BROTLI_OPERATION_FLUSH } },
  zstd: { decode: zlib.zstdDecompressSync, partial: { finishFlush: zlib.constants.ZSTD_e_flush } },
} as const;

describe.each(Object.entries(codings))('a body in %s', (name, { decode, partial }) => {
  test('decodes to the chunks it was made of, one piece for each', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.uint8Array({ minLength: 1, maxLength: 300 }), { minLength: 1, maxLength: 6 }),
        async (chunks) => {
          const pieces = await compressChunks(chunks, name);
          expect(pieces).toHaveLength(chunks.length);
          expect(decode(Buffer.concat(pieces))).toEqual(Buffer.concat(chunks));
        },
      ),
      { numRuns: 30 },
    );
  });

  test('can be decoded up to each piece before the next one comes', async () => {
    const chunks = ['data: one\n\n', 'data: two\n\n', 'data: three\n\n'].map((text) => Buffer.from(text));
    const pieces = await compressChunks(chunks, name);
    for (let count = 1; count <= chunks.length; count++) {
      const seen = decode(Buffer.concat(pieces.slice(0, count)), partial);
      expect(String(seen)).toBe(Buffer.concat(chunks.slice(0, count)).toString());
    }
  });
});

test('a list of codings is applied in its order', async () => {
  const [piece] = await compressChunks([Buffer.from('twice')], 'gzip, br');
  expect(String(zlib.gunzipSync(zlib.brotliDecompressSync(piece!)))).toBe('twice');
});

test('a coding nobody knows leaves the bytes as they are: they were never decoded', async () => {
  const chunks = [Buffer.from('as is')];
  expect(await compressChunks(chunks, 'x-own')).toBe(chunks);
  expect(await compressChunks(chunks, 'gzip, x-own')).toBe(chunks);
});

test('an empty body in gzip is still a gzip file', async () => {
  const pieces = await compressChunks([], 'gzip');
  expect(zlib.gunzipSync(Buffer.concat(pieces)).byteLength).toBe(0);
});
