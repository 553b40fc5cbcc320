import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../server/json.ts';
import { fillSchema } from './fill-schema.ts';
import { findIn } from './findings.ts';

function fill(schema: JsonObject, prompt: string, known: [string, unknown][] = []): unknown {
  return fillSchema(schema, { findings: findIn(prompt), known: new Map(known) });
}

function property(schema: JsonObject, prompt: string, name = 'value'): unknown {
  const whole = { type: 'object', properties: { [name]: schema }, required: [name] };
  return (fill(whole, prompt) as JsonObject)[name];
}

describe('a string is', () => {
  const string = { type: 'string' };
  test.each([
    ['email', 'Write to ada@example.org today', 'ada@example.org'],
    ['order_id', 'Order A-1042 of customer C-9', 'A-1042'],
    ['customer_id', 'Order A-1042 of customer C-9', 'C-9'],
    ['ticket_number', 'Close ticket 4711', '4711'],
    ['city', 'Is it raining in New York today?', 'New York'],
    ['url', 'See https://example.org/a?b=1.', 'https://example.org/a?b=1'],
    ['date', 'Move it to 2026-03-01', '2026-03-01'],
    ['query', 'Find "red shoes" please', 'red shoes'],
    ['query', 'How do I reset the router?', 'reset router'],
    ['anything', '', 'nothing in particular'],
  ])('for %s in "%s": %s', (name, prompt, expected) => {
    expect(property(string, prompt, name)).toBe(expected);
  });

  test('within its bounds', () => {
    expect(property({ type: 'string', maxLength: 3 }, 'wonderful')).toBe('won');
    expect(property({ type: 'string', minLength: 12 }, 'short')).toHaveLength(12);
  });
});

describe('other types', () => {
  test('enums take what the prompt says, else their first', () => {
    const unit = { type: 'string', enum: ['celsius', 'fahrenheit'] };
    expect(property(unit, 'in Fahrenheit please')).toBe('fahrenheit');
    expect(property(unit, 'how warm?')).toBe('celsius');
  });

  test('numbers come from the prompt, sums are done, bounds are kept', () => {
    expect(property({ type: 'number' }, 'pay 12.5 now')).toBe(12.5);
    expect(property({ type: 'integer', maximum: 5 }, 'rate it 8 of 10')).toBe(5);
    expect(Number.isInteger(property({ type: 'integer' }, 'no number here'))).toBe(true);
  });

  test('arrays hold several things of a kind, within their bounds', () => {
    const names = { type: 'array', items: { type: 'string' } };
    expect(property(names, 'Invite "Ada" and "Bob"')).toEqual(['Ada', 'Bob']);
    expect(property({ ...names, minItems: 4 }, 'one word')).toHaveLength(4);
    expect(property({ ...names, maxItems: 1 }, 'Invite "Ada" and "Bob"')).toEqual(['Ada']);
    expect(property({ type: 'array', items: { type: 'boolean' } }, 'x')).toEqual([true]);
  });

  test('references, unions, intersections and Gemini spelling are understood', () => {
    const schema = {
      type: 'OBJECT',
      properties: {
        who: { $ref: '#/$defs/person' },
        when: { anyOf: [{ type: 'null' }, { type: 'string', format: 'date' }] },
        both: {
          allOf: [
            { type: 'object', properties: { a: { const: 1 } }, required: ['a'] },
            { properties: { b: { type: ['integer', 'null'] } }, required: ['b'] },
          ],
        },
      },
      required: ['who', 'when', 'both'],
      $defs: { person: { type: 'OBJECT', properties: { name: { type: 'STRING' } }, required: ['name'] } },
    };
    expect(fill(schema, 'Meet Ada on 2026-03-01 at 9')).toEqual({
      who: { name: 'Ada' },
      when: '2026-03-01',
      both: { a: 1, b: 9 },
    });
  });

  test('a schema that contains itself ends', () => {
    const schema = { type: 'object', properties: { child: { $ref: '#' } }, required: ['child'] };
    expect(JSON.stringify(fill(schema, 'deep')).length).toBeLessThan(200);
  });

  test('optional parameters are left out unless the prompt speaks of them', () => {
    const schema = {
      type: 'object',
      properties: { city: { type: 'string' }, unit: { enum: ['celsius', 'kelvin'] } },
      required: ['city'],
    };
    expect(fill(schema, 'Weather in Oslo')).toEqual({ city: 'Oslo' });
    expect(fill(schema, 'Weather in Oslo in kelvin')).toEqual({ city: 'Oslo', unit: 'kelvin' });
  });

  test('what results said before goes first', () => {
    const schema = { type: 'object', properties: { order_id: { type: 'string' } }, required: ['order_id'] };
    expect(fill(schema, 'Refund it, A-1', [['order_id', 'B-2']])).toEqual({ order_id: 'B-2' });
  });
});
