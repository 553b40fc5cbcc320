import fc from 'fast-check';
import { expect, test } from 'vitest';
import { eachBase64 } from './base64-text.ts';
import { codesOf } from './codes.ts';
import { eachRun } from './runs.ts';

const word = fc.oneof(
  fc.string({ minLength: 9, maxLength: 60 }).map((text) => Buffer.from(text).toString('base64')),
  fc.string({ minLength: 9, maxLength: 60 }).map((text) => Buffer.from(text).toString('base64url')),
  fc.uint8Array({ minLength: 9, maxLength: 60 }).map((bytes) => Buffer.from(bytes).toString('base64')),
  fc.constantFrom('files', 'a', 'chat.completion.chunk', '=', ':', '%20', '-'),
);

test('a run without dividers has the base64 that a search for dividers finds in it', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(word, fc.constantFrom('', '/', '.', ' ')), { maxLength: 8 }), (words) => {
      const codes = codesOf(words.flat().join(''));
      const find = (always: boolean): number[][] => {
        const found: number[][] = [];
        eachRun(codes, (start, end, isDivided) => {
          eachBase64(codes, start, end, always || isDivided, (from, to) => found.push([from, to]));
        });
        return found;
      };
      expect(find(false)).toEqual(find(true));
    }),
    { numRuns: 1000 },
  );
});

test('base64 of text is found alone and as a part of a path, and that of other bytes is not', () => {
  const find = (text: string): string[] => {
    const found: string[] = [];
    const codes = codesOf(text);
    eachRun(codes, (start, end, isDivided) =>
      eachBase64(codes, start, end, isDivided, (from, to) => found.push(text.slice(from, to))),
    );
    return found;
  };
  const text = Buffer.from('some words, as they are').toString('base64');
  expect(find(text)).toEqual([text]);
  expect(find(`"files/${text}/x"`)).toEqual([text]);
  expect(find(Buffer.from(Array.from({ length: 40 }, (_, n) => 255 - n)).toString('base64'))).toEqual([]);
});
