import fc from 'fast-check';
import { expect, test } from 'vitest';
import { recordingOf, type Recording } from '../reading/recording.ts';
import { cutList } from './cut-list.ts';

/** A file that comes in blocks of these sizes, over and over. */
function inBlocks(text: string, sizes: readonly number[]): Recording {
  const bytes = Buffer.from(text);
  return {
    ...recordingOf(bytes, 'recording'),
    *blocks() {
      for (let at = 0, index = 0; at < bytes.byteLength; index++) {
        const end = at + sizes[index % sizes.length]!;
        // The same memory each time, as a file is read.
        yield Uint8Array.from(bytes.subarray(at, end));
        at = end;
      }
    },
  };
}

const inner = fc.constantFrom(
  '  uri: https://x/é',
  '  body: "- a"',
  "  '- b': 1",
  '  text: |',
  '    - deep',
  '    version: 1',
  '',
  '  - x: y',
);
const element = fc
  .array(inner, { maxLength: 6 })
  .map((lines) => ['- request:', ...lines].map((line) => `${line}\n`).join(''));
const sizes = fc.array(fc.integer({ min: 1, max: 80 }), { minLength: 1, maxLength: 4 });
const before = fc.constantFrom('', '# said\n', 'version: 1\n', '---\nother:\n- a: b\n');
const after = fc.constantFrom('', 'version: 1\n', '"recorded_with": VCR\n- no: more\n', 'version: 1');

test('a list is cut where its elements begin, wherever the blocks of the file end', () => {
  fc.assert(
    fc.property(
      fc.array(element, { minLength: 1, maxLength: 5 }),
      sizes,
      before,
      after,
      (elements, blocks, start, end) => {
        const text = `${start}interactions:\n${elements.join('')}${end}`;
        expect([...cutList(inBlocks(text, blocks), ['interactions'])]).toEqual(elements);
      },
    ),
    { numRuns: 500 },
  );
});

test('a list deeper in the file is cut at its own dashes', () => {
  const elements = ['  - a: 1\n    - b\n', '  - c: 2\n'];
  const text = `log:\n  entries: # all\n${elements.join('')}  other:\n  - d: 3\nend: 1\n`;
  for (let size = 1; size < text.length; size++)
    expect([...cutList(inBlocks(text, [size]), ['log', 'entries'])]).toEqual(elements);
});

test.each(['', 'a: 1\n', 'interactions:\n', 'interactions:\nversion: 1\n- no: more\n'])(
  'a file without the list has no elements: %j',
  (text) => expect([...cutList(inBlocks(text, [4]), ['interactions'])]).toEqual([]),
);
