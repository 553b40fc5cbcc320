import { expect, test } from 'vitest';
import { indentQuoted } from './indent-quoted.ts';
import { YamlReader } from './load.ts';

const load = (text: string): unknown => JSON.parse(JSON.stringify(new YamlReader().documents(text)));

test('a quoted text may go on at any column, as PyYAML and Psych read it', () => {
  const text = `interactions:
- request:
    body: '{"a": "one
    two"}'
    plain: x
  response:
    body: ! "<p>
one\\n \\
  \\  two</p>"
    list:
    - 'three

four: ''five''
- six'
    - "seven\\"
eight"
    note: it's
    block: |
      'not quoted
      "nor this
    string: last
`;
  expect(load(text)).toEqual([
    {
      interactions: [
        {
          request: { body: '{"a": "one two"}', plain: 'x' },
          response: {
            body: '<p> one\n   two</p>',
            list: ["three\nfour: 'five' - six", 'seven" eight'],
            note: "it's",
            block: '\'not quoted\n"nor this\n',
            string: 'last',
          },
        },
      ],
    },
  ]);
});

test('text that is well indented stays as it is', () => {
  const text = `a: 'one\n  two'\nb: |\n  'x\nc:\n- "y"\n- 'z'\n"d": 'e'\n`;
  expect(indentQuoted(text)).toBe(text);
});

test('the end of a document is no part of a quoted text', () => {
  expect(() => load(`a: 'one\n---\nb: two'\n`)).toThrow(/deficient indentation/);
});

test('a line of many keys is read as quickly as another', () => {
  const text = `a: 'one\ntwo'\nb: |\n  c\n${'k: '.repeat(5000)}x\n${'? k: '.repeat(5000)}x\n`;
  const started = performance.now();
  indentQuoted(text);
  expect(performance.now() - started).toBeLessThan(1000);
});
