import fc from 'fast-check';
import { expect, it } from 'vitest';
import { FrameParser, type SocketEvent } from './frame-parser.ts';
import { cutToBytes, writeClose, writeFrame } from './frame-writer.ts';

/** A frame as a client sends it: masked, as a whole or one fragment of a message. */
function masked(opcode: number, payload: Uint8Array, isFinal = true): Buffer {
  const plain = writeFrame(opcode, payload);
  const headLength = plain.byteLength - payload.byteLength;
  const key = Buffer.from([1, 2, 3, 250]);
  const head = Buffer.from(plain.subarray(0, headLength));
  head[0] = (isFinal ? 0x80 : 0) | opcode;
  head[1]! |= 0x80;
  return Buffer.concat([head, key, payload.map((byte, at) => byte ^ key[at & 3]!)]);
}

type Sent = { readonly bytes: Uint8Array; readonly isBinary: boolean; readonly cuts: readonly number[] };

const message = fc.record({
  bytes: fc.oneof(
    fc.uint8Array({ maxLength: 200 }),
    // Around the sizes at which the length is written otherwise.
    fc.constantFrom(125, 126, 127, 65_535, 65_536).map((size) => new Uint8Array(size).fill(7)),
  ),
  isBinary: fc.boolean(),
  cuts: fc.array(fc.nat(), { maxLength: 3 }),
});

/** A message in fragments, with a ping between them, as RFC 6455 allows. */
function written({ bytes, isBinary, cuts }: Sent): Buffer {
  const places = [...new Set(cuts.map((cut) => cut % (bytes.byteLength + 1)))].toSorted((a, b) => a - b);
  const pieces = [0, ...places].map((start, index) => bytes.subarray(start, places[index]));
  return Buffer.concat(
    pieces.flatMap((piece, index) => [
      masked(index === 0 ? (isBinary ? 2 : 1) : 0, piece, index === pieces.length - 1),
      ...(index < pieces.length - 1 ? [masked(9, Buffer.from('still there?'))] : []),
    ]),
  );
}

it('reads the same messages, however they are cut into fragments, and the bytes into packets', () => {
  fc.assert(
    fc.property(
      fc.array(message, { maxLength: 5 }),
      fc.array(fc.integer({ min: 1, max: 70_000 }), { maxLength: 40 }),
      (messages, packets) => {
        const wire = Buffer.concat([
          ...messages.map(written),
          masked(8, writeClose(1000, 'bye').subarray(2)),
        ]);
        const parser = new FrameParser();
        const events: SocketEvent[] = [];
        let at = 0;
        for (const size of packets) {
          events.push(...parser.push(wire.subarray(at, at + size)));
          at += size;
        }
        events.push(...parser.push(wire.subarray(at)));
        const heard = events.filter((event) => event.kind !== 'ping');
        expect(heard).toEqual([
          ...messages.map(({ bytes, isBinary }) => ({
            kind: 'message',
            bytes: Buffer.from(bytes),
            isBinary,
          })),
          { kind: 'close', code: 1000, reason: 'bye' },
        ]);
      },
    ),
    { numRuns: 60 },
  );
});

it('reads a message that comes byte by byte', () => {
  const parser = new FrameParser();
  const wire = written({ bytes: Buffer.from('grüße'), isBinary: false, cuts: [2, 4] });
  const events = [...wire].flatMap((byte) => parser.push(Buffer.from([byte])));
  expect(events.filter(({ kind }) => kind === 'message')).toEqual([
    { kind: 'message', bytes: Buffer.from('grüße'), isBinary: false },
  ]);
});

it('leaves the bytes it is given as they are', () => {
  const wire = masked(1, Buffer.from('hello'));
  const before = Buffer.from(wire);
  new FrameParser().push(wire);
  expect(wire).toEqual(before);
});

it.each([
  ['a frame of an extension', Buffer.from([0xc1, 0])],
  ['an opcode that does not exist', Buffer.from([0x83, 0])],
  ['a fragment of nothing', Buffer.from([0x80, 0])],
  ['a message inside another one', Buffer.from([0x01, 0, 0x01, 0])],
  ['a message that would fill the memory', Buffer.from([0x82, 127, 0, 0, 1, 0, 0, 0, 0, 0])],
  ['an answer of HTTP', Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n')],
])('refuses %s', (_, bytes) => {
  expect(() => new FrameParser().push(bytes)).toThrow('REEL_UNSUPPORTED_PROTOCOL');
});

function failureOf(run: () => unknown): { readonly code?: string } {
  try {
    run();
    return { code: 'none' };
  } catch (error) {
    return error as { code?: string };
  }
}

it('never throws anything else, and never waits for what it has, on any bytes', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
      const { code } = failureOf(() => new FrameParser().push(bytes));
      expect(['none', 'REEL_UNSUPPORTED_PROTOCOL']).toContain(code);
    }),
  );
});

it('cuts the reason of a close to what a control frame holds, and no character of it', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 200 }), (reason) => {
      const frame = writeClose(1008, reason);
      expect(frame.byteLength).toBeLessThanOrEqual(127);
      expect(reason.toWellFormed().startsWith(frame.toString('utf8', 4))).toBe(true);
      expect(cutToBytes(reason, 123)).not.toContain('\uFFFD');
    }),
  );
});
