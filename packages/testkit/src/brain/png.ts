import { crc32, deflateSync } from 'node:zlib';
import { sequence } from './hash.ts';

/** A square PNG of a few colored tiles that depend on the seed alone. */
export function png(seed: number, side: number): Buffer {
  const next = sequence(seed);
  const tiles = Array.from({ length: 16 }, () =>
    [next(), next(), next()].map((part) => Math.floor(part * 256)),
  );
  const row = 1 + side * 3;
  const pixels = Buffer.alloc(side * row);
  for (let y = 0; y < side; y += 1) {
    for (let x = 0; x < side; x += 1) {
      const tile = Math.floor((y * 4) / side) * 4 + Math.floor((x * 4) / side);
      pixels.set(tiles[tile]!, y * row + 1 + x * 3);
    }
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(side, 0);
  header.writeUInt32BE(side, 4);
  // Eight bits a channel, red, green and blue.
  header.set([8, 2, 0, 0, 0], 8);
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  return Buffer.concat([
    signature,
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(pixels)),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function chunk(type: string, data: Buffer): Buffer {
  const named = Buffer.concat([Buffer.from(type), data]);
  const framed = Buffer.alloc(named.length + 8);
  framed.writeUInt32BE(data.length, 0);
  framed.set(named, 4);
  framed.writeUInt32BE(crc32(named), named.length + 4);
  return framed;
}
