import { assert, constantFrom, json, jsonValue, property, string, tuple } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalJson } from './canonical-json.ts';
import { compileIgnoredPaths, pathSegments } from './ignored-paths.ts';

describe('canonicalJson', () => {
  it('sorts members by UTF-16 code units and drops white space', () => {
    expect(canonicalJson(' { "b" : [ 1 , { "z":null , "a":true } ] ,\n\t"a!":0, "a":false } ')).toBe(
      '{"a":false,"a!":0,"b":[1,{"a":true,"z":null}]}',
    );
  });

  it('orders keys by what they say, not by how they are escaped', () => {
    // RFC 8785 section 3.2.3: the euro sign, a surrogate pair, and a letter written as an escape.
    expect(canonicalJson('{"\\u20ac":1,"\\r":2,"\\ud83d\\ude00":3,"\\u0031":4}')).toBe(
      '{"\\r":2,"1":4,"€":1,"😀":3}',
    );
  });

  it('gives each string one spelling', () => {
    expect(canonicalJson('["\\u0041\\/\\u000a\\u001F\\u2028"]')).toBe('["A/\\n\\u001f\u2028"]');
    expect(canonicalJson('["\\ud800"]')).toBe('["\\ud800"]');
  });

  it.each([
    ['1.0', '1'],
    ['1e2', '100'],
    ['-0', '0'],
    ['-0.0', '0'],
    ['0.10', '0.1'],
    ['1E+21', '1e+21'],
  ])('writes the number %s as ECMAScript does', (given, canonical) => {
    expect(canonicalJson(given)).toBe(canonical);
  });

  it('keeps the digits of numbers that a double cannot hold, in one spelling', () => {
    expect(canonicalJson('12345678901234567890')).toBe('1234567890123456789e1');
    expect(canonicalJson('12345678901234567890.0')).toBe('1234567890123456789e1');
    expect(canonicalJson('12345678901234567891')).toBe('12345678901234567891e0');
    expect(canonicalJson('0.10000000000000001')).toBe('10000000000000001e-17');
    expect(canonicalJson('1e400')).toBe('1e400');
    expect(canonicalJson('10e399')).toBe('1e400');
    expect(canonicalJson('1e-400')).not.toBe(canonicalJson('0'));
    expect(canonicalJson('[1e400,null]')).not.toBe(canonicalJson('[null,null]'));
  });

  it('keeps a key that is given twice, in the order written', () => {
    expect(canonicalJson('{"b":1,"a":1,"b":2}')).toBe('{"a":1,"b":1,"b":2}');
    expect(canonicalJson('{"a":1,"a":2}')).not.toBe(canonicalJson('{"a":2}'));
  });

  it('keeps a member called __proto__', () => {
    expect(canonicalJson('{"b":1,"__proto__":{"a":1}}')).toBe('{"__proto__":{"a":1},"b":1}');
  });

  it.each([
    '',
    ' ',
    '{',
    '[1,]',
    '{"a":1,}',
    "{'a':1}",
    '01',
    '1.',
    '.5',
    '+1',
    '1e',
    'nul',
    'nullx',
    '"\n"',
    '"\\x"',
    '"\\u12"',
    '"',
    '[1 2]',
    '{"a" 1}',
    '\u00A01',
    'NaN',
  ])('has no form for %j, which is not JSON', (text) => {
    expect(canonicalJson(text)).toBeUndefined();
  });

  it('gives up on a document nested too deep, without exhausting the stack', () => {
    expect(canonicalJson('['.repeat(100_000) + ']'.repeat(100_000))).toBeUndefined();
    expect(canonicalJson('['.repeat(100) + ']'.repeat(100))).toBe('['.repeat(100) + ']'.repeat(100));
  });

  it('agrees with JSON.parse on what is JSON and what it means', () => {
    const mutated = tuple(json(), string({ unit: constantFrom(...'{}[]",:0e.-\\u tn') })).map(
      ([text, noise]) => {
        const at = text.length >> 1;
        return text.slice(0, at) + noise + text.slice(at);
      },
    );
    assert(
      property(mutated, (text) => {
        const parsed = attempt(() => JSON.parse(text) as unknown);
        const canonical = canonicalJson(text);
        expect(canonical === undefined).toBe(parsed === undefined);
      }),
      { numRuns: 2_000 },
    );
  });

  it('is the sorted JSON.stringify of every document, and a fixed point', () => {
    assert(
      property(jsonValue({ stringUnit: 'binary' }), (value) => {
        const canonical = canonicalJson(JSON.stringify(value, null, 2))!;
        expect(canonical).toBe(stringifySorted(value));
        expect(canonicalJson(canonical)).toBe(canonical);
      }),
      { numRuns: 300 },
    );
  });

  it('leaves out what is ignored, wherever the paths lead', () => {
    const text =
      '{"metadata":{"trace":1,"keep":2},"messages":[{"id":1,"content":"a"},{"id":2,"content":"b"}],"user":"u"}';
    const without = (...paths: string[]): string =>
      canonicalJson(text, compileIgnoredPaths(paths.map((path) => pathSegments(path)!)))!;
    expect(without('$.user', 'metadata.trace')).toBe(
      '{"messages":[{"content":"a","id":1},{"content":"b","id":2}],"metadata":{"keep":2}}',
    );
    expect(without('messages.*.id', 'metadata')).toBe(
      '{"messages":[{"content":"a"},{"content":"b"}],"user":"u"}',
    );
    expect(without('messages[1]', '**.trace')).toBe(
      '{"messages":[{"content":"a","id":1}],"metadata":{"keep":2},"user":"u"}',
    );
    expect(without('messages.**', 'metadata.*')).toBe('{"messages":[],"metadata":{},"user":"u"}');
    expect(without('nothing.like.it')).toBe(canonicalJson(text));
  });
});

function attempt<T>(fn: () => T): [T] | undefined {
  try {
    return [fn()];
  } catch {
    return undefined;
  }
}

/** `JSON.stringify` with sorted members, by the shortest way: the reference for documents without odd numbers. */
function stringifySorted(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(stringifySorted).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return `{${members.map(([key, member]) => `${JSON.stringify(key)}:${stringifySorted(member)}`).join(',')}}`;
}
