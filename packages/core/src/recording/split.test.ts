import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { framingOf, splitBody, type Framing } from './split.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const texts = (pieces: Uint8Array[]): string[] => pieces.map((piece) => new TextDecoder().decode(piece));

describe('a body falls into pieces', () => {
  test('one per SSE event, whatever the line ends and comments', () => {
    const events = [
      'data: a\n\n',
      ': ping\n\n',
      'event: x\r\ndata: 1\r\ndata: 2\r\n\r\n',
      'data: b\r\r',
      'data: [DONE]\n\n\n',
    ];
    expect(texts(splitBody(bytes(events.join('')), 'sse'))).toEqual(events);
  });

  test('with the unfinished rest of a cut stream as the last one', () => {
    expect(texts(splitBody(bytes('data: a\n\ndata: {"hal'), 'sse'))).toEqual(['data: a\n\n', 'data: {"hal']);
    expect(texts(splitBody(bytes('{"a":1}\n{"b"'), 'lines'))).toEqual(['{"a":1}\n', '{"b"']);
  });

  test('keeping blank lines before the first event with it', () => {
    expect(texts(splitBody(bytes('\n\ndata: a\n\n'), 'sse')).join('')).toBe('\n\ndata: a\n\n');
  });

  test('one per AWS event stream frame', () => {
    const frame = (length: number): Uint8Array => {
      const piece = new Uint8Array(length).fill(7);
      new DataView(piece.buffer).setUint32(0, length);
      return piece;
    };
    const body = Buffer.concat([frame(20), frame(16), frame(40)]);
    expect(splitBody(body, 'event-stream').map(({ length }) => length)).toEqual([20, 16, 40]);
    expect(splitBody(body.subarray(0, 50), 'event-stream').map(({ length }) => length)).toEqual([20, 16, 14]);
  });

  test('that together are the body, for any bytes and any framing', () => {
    const wild = fc.oneof(
      fc.uint8Array({ maxLength: 200 }),
      fc
        .array(fc.constantFrom('data: x', '\n', '\r', '\r\n', ':', '{"a":1}', 'é'), { maxLength: 60 })
        .map((parts) => bytes(parts.join(''))),
    );
    fc.assert(
      fc.property(wild, fc.constantFrom<Framing>('sse', 'lines', 'event-stream', 'none'), (body, framing) => {
        const pieces = splitBody(body, framing);
        expect(Buffer.concat(pieces)).toEqual(Buffer.from(body));
        expect(pieces.every(({ length }) => length > 0)).toBe(true);
      }),
    );
  });

  test('by media type', () => {
    expect(framingOf('text/event-stream')).toBe('sse');
    expect(framingOf('application/x-ndjson')).toBe('lines');
    expect(framingOf('application/json')).toBe('none');
    expect(framingOf('__proto__')).toBe('none');
  });
});
