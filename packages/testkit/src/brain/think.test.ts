import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Conversation } from './conversation.ts';
import { embed, toBase64 } from './embed.ts';
import { findIn } from './findings.ts';
import { think } from './think.ts';
import { slices, tokenize } from './tokens.ts';

function ask(prompt: string, changes: Partial<Conversation> = {}): Conversation {
  return {
    model: 'm',
    system: '',
    turns: [{ role: 'user', text: prompt }],
    tools: [],
    toolChoice: 'auto',
    parallel: true,
    ...changes,
  };
}

const anyText = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({ unit: 'grapheme' }),
  fc.lorem({ mode: 'sentences' }),
);

test('tokens joined are the text', () => {
  fc.assert(
    fc.property(anyText, (text) => {
      expect(tokenize(text).join('')).toBe(text);
      expect(slices(text, 3).join('')).toBe(text);
    }),
  );
});

test('no token splits a character', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (text) => {
      for (const token of tokenize(text)) expect(Buffer.from(token).toString()).toBe(token);
    }),
  );
});

test('any prompt gets an answer, always the same', () => {
  fc.assert(
    fc.property(anyText, (prompt) => {
      const reply = think(ask(prompt));
      expect(reply.text).not.toBe('');
      expect(think(ask(prompt))).toEqual(reply);
    }),
  );
});

test('findings never throw and never repeat', () => {
  fc.assert(
    fc.property(anyText, (text) => {
      const { ids, names } = findIn(text);
      expect(new Set(ids.map(({ value }) => value)).size).toBe(ids.length);
      expect(new Set(names).size).toBe(names.length);
    }),
  );
});

test('different prompts get different answers, some of them with characters of several bytes', () => {
  const replies = Array.from(
    { length: 40 },
    (_, at) => think(ask(`Tell me about subject${at} and topic${at}`)).text,
  );
  expect(new Set(replies).size).toBe(40);
  const wide = replies.filter((text) => Buffer.byteLength(text) > text.length);
  expect(wide.length).toBeGreaterThan(5);
  expect(wide.length).toBeLessThan(40);
});

test('what is to be said exactly is said exactly', () => {
  expect(think(ask('Reply with exactly OK.')).text).toBe('OK');
  expect(think(ask('Say exactly: "one, two"')).text).toBe('one, two');
  expect(think(ask('Answer with only the word: ja')).text).toBe('ja');
});

test('a question that notes answer is answered from them', () => {
  const system =
    'Returns are free within 30 days. Shipping takes three working days. Cards and invoices are accepted.';
  expect(think(ask('How long does shipping take, in working days?', { system })).text).toContain(
    'Shipping takes three working days.',
  );
});

test('a structured answer without a schema is JSON all the same', () => {
  expect(JSON.parse(think(ask('Name two rivers', { format: {} })).text)).toHaveProperty('answer');
});

test('long prompts are partly cached, and only they', () => {
  expect(think(ask('short')).usage.cached).toBe(0);
  const { input, cached } = think(ask('word '.repeat(2000))).usage;
  expect(cached % 128).toBe(0);
  expect(cached).toBeGreaterThan(1000);
  expect(cached).toBeLessThan(input);
});

test('vectors have length one whatever the text, and survive base64', () => {
  fc.assert(
    fc.property(anyText, fc.integer({ min: 8, max: 256 }), (text, dimensions) => {
      const vector = embed(text, dimensions);
      const square = vector.reduce((sum, value) => sum + value * value, 0);
      expect(square).toBeCloseTo(1, 4);
      const decoded = new Float32Array(new Uint8Array(Buffer.from(toBase64(vector), 'base64')).buffer);
      expect(decoded).toEqual(vector);
    }),
    { numRuns: 50 },
  );
});
