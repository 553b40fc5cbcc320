import { brotliCompressSync, gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { bodyText, header, read, requestText } from '../../../test/reading.ts';

const cassette = (response: string, request = 'body: null'): string => `interactions:
- request:
    ${request}
    headers:
      Content-Type: [application/json]
    method: POST
    uri: https://api.example.com/v1/chat/completions
  response:
${response
  .split('\n')
  .map((line) => `    ${line}`)
  .join('\n')}
version: 1
`;
const ok = 'status: {code: 200, message: OK}';
const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');

describe('vcrpy', () => {
  test.each([
    ['text', `body: {string: '{"a": 1.0}'}\n${ok}`, '{"a": 1.0}'],
    ['a block', `body:\n  string: |+\n    data: one\n\n    data: two\n\n${ok}`, 'data: one\n\ndata: two\n\n'],
    [
      'a folded string',
      `body:\n  string: "data: \\xE9\\n\n    \\ndata: 2\\n"\n${ok}`,
      'data: é\n \ndata: 2\n',
    ],
    ['bytes', `body:\n  string: !!binary |\n    aMOp\n${ok}`, 'hé'],
    [
      'compressed bytes',
      `body: {string: !!binary ${base64(gzipSync('{"zipped":true}'))}}\n${ok}`,
      '{"zipped":true}',
    ],
    ['base64_string', `body: {base64_string: '${base64(Buffer.from('x'))}'}\n${ok}`, 'x'],
    ['a scalar that looks like a number', `body: {string: 1e3}\n${ok}`, '1e3'],
    ['a scalar that looks like a time', `body: {string: 2024-01-02}\n${ok}`, '2024-01-02'],
    ['nothing', `body: {string: ''}\n${ok}`, ''],
    [
      'a tree',
      `parsed_body: {b: 1.50, a: ['1e3', 1e3, yes, null, 12345678901234567890]}\n${ok}`,
      '{"b":1.50,"a":["1e3","1e3",true,null,12345678901234567890]}',
    ],
    ['the body of old httpx', `content: '{"x": 1}'\nhttp_version: HTTP/1.1\nstatus_code: 201`, '{"x": 1}'],
  ])('reads a response body that is %s', (_, response, expected) => {
    const { format, interactions, skipped } = read(cassette(response));
    expect({ format, skipped }).toEqual({ format: 'vcrpy', skipped: [] });
    expect(bodyText(interactions[0]!)).toBe(expected);
  });

  test.each([
    ['text', `body: 'a=1'`, 'a=1'],
    ['a tree', 'parsed_body: {model: m, n: 1}', '{"model":"m","n":1}'],
    ['a map with a string', `body: {string: 'x'}`, 'x'],
    ['bytes', 'body: !!binary aGk=', 'hi'],
    ['nothing', "body: ''", ''],
  ])('reads a request body that is %s', (_, request, expected) => {
    expect(requestText(read(cassette(`body: {string: ''}\n${ok}`, request)).interactions[0]!)).toBe(expected);
  });

  test('reads header names that Python wrote as objects, and repeated values in their order', () => {
    const { interactions, notes, skipped } = read(
      cassette(`body: {string: x}
headers:
  ? !!python/object/apply:multidict._multidict.istr
  - Content-Type
  : - text/plain
  ? !!python/object/new:multidict._multidict.istr
    args: [X-One]
  : '1'
  Set-Cookie: [a=1, b=2]
${ok}`),
    );
    expect(skipped).toEqual([]);
    expect(interactions[0]!.response!.headers).toEqual([
      ['Content-Type', 'text/plain'],
      ['X-One', '1'],
      ['Set-Cookie', 'a=1'],
      ['Set-Cookie', 'b=2'],
    ]);
    expect(notes).toContain('unknown-tags');
  });

  test('keeps a compressed answer readable and says how it travelled', () => {
    const body = base64(brotliCompressSync('{"a":1}'));
    const { interactions } = read(
      cassette(
        `body: {string: !!binary ${body}}\nheaders: {content-encoding: [br], content-length: ['12']}\n${ok}`,
      ),
    );
    expect(bodyText(interactions[0]!)).toBe('{"a":1}');
    expect(header(interactions[0]!, 'content-encoding')).toBe('br');
  });

  test('keeps an anchor of Python for what it stands for', () => {
    const { interactions } = read(`interactions:
- request: {body: null, headers: &id001 {Accept: [a]}, method: GET, uri: 'https://api.example.com/1'}
  response: {body: {string: x}, headers: {}, ${ok}}
- request: {body: null, headers: *id001, method: GET, uri: 'https://api.example.com/2'}
  response: {body: {string: y}, headers: {}, ${ok}}
`);
    expect(interactions[1]!.request.headers).toEqual([['Accept', 'a']]);
  });

  test('reads the JSON serializer', () => {
    const { format, interactions } = read({
      version: 1,
      interactions: [
        {
          request: { method: 'GET', uri: 'https://api.example.com/', body: null, headers: {} },
          response: {
            status: { code: 200, message: 'OK' },
            headers: { 'X-A': ['1'] },
            body: { string: 'hi' },
          },
        },
      ],
    });
    expect(format).toBe('vcrpy');
    expect(bodyText(interactions[0]!)).toBe('hi');
  });

  test('names gRPC, and puts WebSocket messages into one session', () => {
    const { skipped, sessions } = read(`version: 1
interactions:
- request_stream: {raw: x}
  response_stream: {chunks_raw: []}
- {kind: message, direction: sent, data: {type: hello}}
- {kind: message, direction: received, data: {type: hi}}
- {kind: close, code: 1001, reason: away, ok: true}
`);
    expect(skipped).toEqual(['it is a gRPC call: Reel records HTTP']);
    expect(sessions).toMatchObject([
      { frames: [{ direction: 'sent' }, { direction: 'received' }], close: { code: 1001, reason: 'away' } },
    ]);
  });

  test('says that a header of gzip over a plain body is how it travelled, and corrects nothing', () => {
    const { interactions, notes } = read(
      cassette(
        `body: {string: '{"a":1}'}\nheaders: {Content-Encoding: [gzip], Content-Type: [application/json]}\n${ok}`,
      ),
    );
    expect(bodyText(interactions[0]!)).toBe('{"a":1}');
    expect(header(interactions[0]!, 'content-encoding')).toBe('gzip');
    expect([...notes]).toEqual([]);
  });
});

describe('a damaged vcrpy cassette', () => {
  const good = (
    number: number,
  ): string => `- request: {body: null, headers: {}, method: GET, uri: 'https://api.example.com/${number}'}
  response:
    body: {string: 'x'}
    headers: {content-type: [text/plain]}
    status: {code: 200, message: OK}
`;

  test('gives every exchange around the damage', () => {
    const { interactions, skipped, notes } = read(
      `interactions:\n${good(1)}- request: {body: "never closed\n${good(3)}version: 1\n`,
    );
    expect(interactions.map(({ request }) => request.url)).toEqual([
      'https://api.example.com/1',
      'https://api.example.com/3',
    ]);
    expect(skipped).toHaveLength(1);
    expect(notes).toContain('damaged-file');
  });

  test('that ends early gives what is whole', () => {
    const whole = `interactions:\n${good(1)}${good(2)}`;
    for (let end = whole.length - 1; end > whole.length - 120; end -= 7) {
      const { interactions, skipped } = read(whole.slice(0, end));
      expect(interactions[0]!.request.url).toBe('https://api.example.com/1');
      // Whole but for the last word, or named.
      expect(interactions.length + skipped.length, whole.slice(0, end).slice(-30)).toBe(2);
    }
  });

  test('costs one exchange where base64 is wrong', () => {
    const broken = good(1).replace("{string: 'x'}", '{string: !!binary "a*b"}');
    const { interactions, skipped } = read(`interactions:\n${broken}${good(2)}`);
    expect(interactions).toHaveLength(1);
    expect(skipped).toEqual(['its response body is not valid base64']);
  });

  test('says when a body is shorter than its length', () => {
    const { interactions, notes } = read(
      cassette(
        `body: {string: '{"a": [1, 2'}\nheaders: {Content-Length: ['500'], Content-Type: [application/json]}\n${ok}`,
      ),
    );
    expect(header(interactions[0]!, 'content-length')).toBe('11');
    expect([...notes]).toEqual(expect.arrayContaining(['body-cut', 'content-length-corrected']));
  });

  test('is harmless when it is hostile', () => {
    const bomb = `a0: &a0 [x,x,x,x,x,x,x,x,x]\n${Array.from({ length: 12 }, (_, i) => `a${i + 1}: &a${i + 1} [${`*a${i},`.repeat(9)}]`).join('\n')}`;
    const started = performance.now();
    const { interactions, skipped } = read(
      `${bomb}\ninteractions:\n- request: {method: POST, uri: 'https://api.example.com/', headers: {}, parsed_body: *a12}\n  response: {parsed_body: 1, headers: {}, ${ok}}\n`,
    );
    expect(performance.now() - started).toBeLessThan(5000);
    expect({ interactions, skipped }).toEqual({
      interactions: [],
      skipped: ['its request body cannot be written as JSON'],
    });

    const tagged = read(
      cassette(
        `body: {string: !!python/object/apply:os.system ['echo hi']}\nheaders: {X: !!js/function 'x'}\n${ok}`,
      ),
    );
    expect(bodyText(tagged.interactions[0]!)).toBe('echo hi');
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
    read(cassette(`body: {string: x}\nheaders: {__proto__: {polluted: [yes]}}\n${ok}`));
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });

  test('that repeats thousands of headers by an alias is left out', () => {
    const many = Array.from({ length: 3000 }, (_, index) => `a${index}: [x]`).join(', ');
    const one =
      "- request: {method: GET, uri: 'https://api.example.com/', headers: *h}\n  response: {status: {code: 200}, headers: {}, body: {string: x}}\n";
    const { skipped, interactions } = read(
      `interactions:\n${one.replace('*h', `&h {${many}}`)}${one.repeat(3)}`,
    );
    expect(interactions).toEqual([]);
    expect(skipped).toEqual(Array.from({ length: 4 }, () => 'it has more headers than any message'));
  });

  test('that holds itself is left out', () => {
    const { skipped } = read(`interactions:
- request: {method: POST, uri: 'https://api.example.com/', headers: {}, parsed_body: &a {self: *a}}
  response: {body: {string: x}, headers: {}, ${ok}}
`);
    expect(skipped).toHaveLength(1);
  });
});
