import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { EventShape, type Filling, mostSlots } from './event-shape.ts';

/** A line behind the number of its stream, as it stands in a cassette. */
function lineOf(piece: string): string {
  return `,"text":${JSON.stringify(piece)}}`;
}

function eventOf(value: unknown): string {
  return `event: delta\ndata: ${JSON.stringify(value)}\n\n`;
}

function shapeOf(piece: string): EventShape | undefined {
  return EventShape.of(Buffer.from(lineOf(piece)).toString('latin1'), piece);
}

/** What a line says in the slots of a shape; `undefined` when it is of another one. */
function read(shape: EventShape, line: string): unknown[] | undefined {
  const filling: Filling = {
    starts: new Int32Array(mostSlots),
    ends: new Int32Array(mostSlots),
    contents: new Uint8Array(mostSlots),
  };
  const bytes = new Uint8Array(Buffer.from(line));
  const file = { bytes, view: new DataView(bytes.buffer) };
  if (!shape.read(file, 0, bytes.length, filling)) return undefined;
  return shape.slots.map(({ isString }, slot) => {
    const raw = Buffer.from(bytes.subarray(filling.starts[slot], filling.ends[slot])).toString();
    return isString ? (JSON.parse(`"${JSON.parse(`"${raw}"`) as string}"`) as unknown) : Number(raw);
  });
}

const chunk = (content: string, n: number): unknown => ({
  id: 'c1',
  choices: [{ index: n, delta: { content } }],
  n,
});

describe('the shape of an event', () => {
  test('gives the strings and numbers of the next one, whatever they are', () => {
    const shape = shapeOf(eventOf(chunk('first', 1)))!;
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary' }),
        fc.double({ noNaN: true, noDefaultInfinity: true }),
        (text, n) => {
          const content = text.toWellFormed();
          const [id, index, said, last] = read(shape, lineOf(eventOf(chunk(content, n))))!;
          const number = JSON.parse(JSON.stringify(n)) as number;
          expect([id, index, said, last]).toEqual(['c1', number, content, number]);
        },
      ),
    );
  });

  test.each([
    [
      'another field',
      eventOf({ id: 'c1', choices: [{ index: 1, delta: { content: 'x', role: 'r' } }], n: 1 }),
    ],
    ['a missing one', eventOf({ id: 'c1', choices: [{ index: 1, delta: {} }], n: 1 })],
    ['another name', eventOf({ id: 'c1', choices: [{ index: 1, delta: { contend: 'x' } }], n: 1 })],
    ['null for a string', eventOf({ id: 'c1', choices: [{ index: 1, delta: { content: null } }], n: 1 })],
    ['a number that JSON does not have', eventOf(chunk('x', 7)).replace('"n":7', '"n":07')],
    ['something behind it', `${eventOf(chunk('x', 1))}data: [DONE]\n\n`],
    ['another kind of event', eventOf(chunk('x', 1)).replace('event: delta', 'event: other')],
    ['its end cut off', eventOf(chunk('x', 1)).slice(0, -8)],
  ])('does not fit an event with %s', (_, piece) => {
    expect(read(shapeOf(eventOf(chunk('first', 1)))!, lineOf(piece))).toBeUndefined();
  });

  test.each([
    ['log probabilities', eventOf({ content: [{ token: 'a' }] })],
    ['lists of numbers', eventOf({ bytes: [1, 2] })],
    ['names that promise a secret', eventOf({ password: 'x' })],
    ['names beside values', eventOf({ name: 'a', value: 'b' })],
    ['pairs', eventOf({ headers: [['a', 'b']] })],
    ['base64', eventOf({ base64: 'QUJD' })],
    ['no JSON', 'data: hello\n\n'],
    ['a name twice', 'data: {"a":"x","a":"y"}\n\n'],
  ])('is not made of events with %s', (_, piece) => {
    expect(shapeOf(piece)).toBeUndefined();
  });

  test('is that of the last line of a stream too', () => {
    const shape = shapeOf('data: [DONE]\n\n')!;
    expect(shape).toMatchObject({ isCut: true, isWhole: true, rest: 'data: [DONE]\n\n' });
    expect(read(shape, lineOf('data: [DONE]\n\n'))).toEqual([]);
  });
});
