import fc from 'fast-check';
import { expect, it } from 'vitest';
import { lineDocuments } from './json-documents.ts';

it('takes a body apart at every line feed, return, and both', () => {
  const text = fc
    .array(
      fc.constantFrom(
        '\n',
        '\r',
        '\r\n',
        'data:',
        ' data:',
        ' ',
        '{"a":1}',
        '[1]',
        'event: x',
        '\u00ef\u00bb\u00bf',
      ),
    )
    .map((parts) => parts.join(''));
  fc.assert(
    fc.property(text, (body) => {
      const first = body.replace(/^\u00ef\u00bb\u00bf/, '').trimStart()[0];
      const lines = body.split(/[\r\n]/).flatMap((line) => {
        const data = /^ ?data:(.*)$/.exec(line)?.[1];
        return data ?? (first === '{' || first === '[' ? line : '');
      });
      const expected = first === undefined ? [] : lines.filter((line) => line !== '');
      expect(lineDocuments(body).map(({ start, end }) => body.slice(start, end))).toEqual(expected);
    }),
    { numRuns: 1000 },
  );
});
