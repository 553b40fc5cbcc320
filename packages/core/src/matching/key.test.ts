import {
  array,
  assert,
  constantFrom,
  dictionary,
  integer,
  jsonValue,
  noShrink,
  oneof,
  option,
  property,
  record,
  string,
  tuple,
  uint8Array,
  type Arbitrary,
} from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createKeyOf } from './index.ts';
import type { MatchRequest } from './matcher.ts';

const keyOf = createKeyOf({});
const url = 'https://api.anthropic.com/v1/messages';

function request(
  body: string | Uint8Array,
  headers: readonly [string, string][] = [['content-type', 'application/json']],
): MatchRequest {
  return { method: 'POST', url, headers, body: typeof body === 'string' ? Buffer.from(body) : body };
}

/** A document with values of every kind and any text. */
const document: Arbitrary<unknown> = jsonValue({ stringUnit: 'binary', maxDepth: 4 });

/** The same document written by another client: keys in another order, white space, other escapes. */
function rewrite(value: unknown, pick: () => number): string {
  const space = () => ['', ' ', '\n', '\t ', '\r\n  '][pick() % 5]!;
  if (typeof value === 'string') return rewriteString(value, pick);
  if (typeof value === 'number')
    return pick() % 2 === 0 && Number.isInteger(value) && !String(value).includes('e')
      ? `${value}.0`
      : JSON.stringify(value);
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  if (Array.isArray(value))
    return `[${value.map((item) => space() + rewrite(item, pick) + space()).join(',')}]`;
  const members = Object.entries(value)
    .map((entry) => ({ entry, place: pick() }))
    .toSorted((a, b) => a.place - b.place)
    .map(({ entry }) => entry);
  const written = members.map(
    ([key, member]) => `${space()}${rewriteString(key, pick)}${space()}:${space()}${rewrite(member, pick)}`,
  );
  return `{${written.join(',')}${space()}}`;
}

function rewriteString(text: string, pick: () => number): string {
  let out = '"';
  for (let i = 0; i < text.length; i++) {
    const character = text[i]!;
    const isPlain = JSON.stringify(character) === `"${character}"`;
    // Half a pair cannot be written plainly beside the other half's escape without becoming something else in UTF-8.
    const isSurrogate = /[\uD800-\uDFFF]/.test(character);
    if (isSurrogate || pick() % 4 === 0) out += `\\u${text.charCodeAt(i).toString(16).padStart(4, '0')}`;
    else if (character === '/' && pick() % 2 === 0) out += '\\/';
    else out += isPlain ? character : JSON.stringify(character).slice(1, -1);
  }
  return `${out}"`;
}

/** A cheap, reproducible source of choices. */
function choices(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state >>> 8;
  };
}

describe('the key of a request', () => {
  it('is the same however the client writes its JSON', () => {
    assert(
      property(document, integer(), (value, seed) => {
        expect(keyOf(request(rewrite(value, choices(seed))))).toBe(keyOf(request(JSON.stringify(value))));
      }),
      { numRuns: 300 },
    );
  });

  it('differs whenever one value of the document differs', () => {
    const scalar = oneof(
      string({ unit: 'binary' }),
      integer(),
      constantFrom(true, false, null, '', 0, '0', [], {}),
    );
    assert(
      property(
        array(string(), { minLength: 1, maxLength: 4 }),
        document,
        scalar,
        scalar,
        (path, around, a, b) => {
          const put = (value: unknown): string =>
            JSON.stringify(
              path.reduceRight<unknown>((inner, key) => ({ around, [`${key}.`]: inner }), value),
            );
          expect(keyOf(request(put(a))) === keyOf(request(put(b)))).toBe(
            JSON.stringify(a) === JSON.stringify(b),
          );
        },
      ),
      { numRuns: 300 },
    );
  });

  it('does not depend on the order, or the names in upper or lower case, of headers', () => {
    const header = tuple(
      string({ minLength: 1 }).map((name) => `x-${name}`),
      string(),
    );
    assert(
      property(array(header), document, (others, value) => {
        const body = JSON.stringify(value);
        const headers: [string, string][] = [['Content-Type', 'application/json'], ...others];
        const shuffled = headers
          .map(([name, text]): [string, string] => [name.toUpperCase(), text])
          .toReversed();
        expect(keyOf(request(body, shuffled))).toBe(keyOf(request(body)));
      }),
      { numRuns: 100 },
    );
  });

  it('does not depend on the boundary of a multipart form, and does on each name and content', () => {
    const part = record({
      name: constantFrom('file', 'model', 'prompt'),
      filename: option(constantFrom('a.wav', 'b.jsonl')),
      content: uint8Array({ maxLength: 40 }),
    });
    const boundary = string({ unit: constantFrom(...'abcXYZ019-_'), minLength: 8, maxLength: 30 }).map(
      (text) => `Q${text}Q`,
    );
    const multipart = (
      mark: string,
      parts: readonly { name: string; filename: string | null; content: Uint8Array }[],
    ) => {
      const pieces = parts.flatMap(({ name, filename, content }) => [
        Buffer.from(
          `--${mark}\r\ncontent-disposition: form-data; name="${name}"${filename === null ? '' : `; filename="${filename}"`}\r\n\r\n`,
        ),
        content,
        Buffer.from('\r\n'),
      ]);
      return request(Buffer.concat([...pieces, Buffer.from(`--${mark}--\r\n`)]), [
        ['content-type', `multipart/form-data; boundary=${mark}`],
      ]);
    };
    assert(
      property(
        noShrink(array(part, { minLength: 1, maxLength: 4 })),
        boundary,
        boundary,
        (parts, one, other) => {
          const key = keyOf(multipart(one, parts));
          expect(keyOf(multipart(other, parts))).toBe(key);
          const [first, ...rest] = parts;
          const longer = Uint8Array.of(...first!.content, 0x21);
          expect(keyOf(multipart(one, [{ ...first!, content: longer }, ...rest]))).not.toBe(key);
          expect(keyOf(multipart(one, [{ ...first!, name: 'other' }, ...rest]))).not.toBe(key);
        },
      ),
      { numRuns: 200 },
    );
  });

  it('exists for any bytes under any headers, and is the same twice', () => {
    const type = constantFrom(
      undefined,
      'application/json',
      'application/x-ndjson',
      'application/x-www-form-urlencoded',
      'multipart/form-data; boundary=a',
      'multipart/form-data',
      'multipart/mixed; boundary="',
      'text/plain; charset=utf-16',
      ';;',
    );
    const encoding = constantFrom(undefined, 'gzip', 'br', 'zstd', 'deflate', 'gzip, gzip', 'nonsense', '');
    const bytes = oneof(
      uint8Array({ maxLength: 200 }),
      string({ unit: constantFrom(...'{}[]":,\\u0eE+-.\n\r &=%a-') }).map((text) => Buffer.from(text)),
    );
    const strict = createKeyOf({
      mask: ['uuid', 'iso-date', 'epoch', 'temp-path', 'port', 'hex'],
      ignore: ['**.a', '?b'],
    });
    assert(
      property(
        type,
        encoding,
        bytes,
        string(),
        dictionary(string(), string()),
        (type, encoding, body, address, others) => {
          const headers: [string, string][] = Object.entries(others);
          if (type !== undefined) headers.push(['content-type', type]);
          if (encoding !== undefined) headers.push(['content-encoding', encoding]);
          for (const key of [keyOf, strict]) {
            for (const where of [url, address]) {
              const sent = { method: 'POST', url: where, headers, body };
              expect(key(sent)).toMatch(/^[0-9a-f]{32}$/);
              expect(key(sent)).toBe(key({ ...sent, body: Uint8Array.from(body) }));
            }
          }
        },
      ),
      { numRuns: 500 },
    );
  });
});
