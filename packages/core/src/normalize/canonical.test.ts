import { brotliCompressSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { canonicalBody, canonicalBodyText, type BodyRules } from './canonical.ts';
import { compileMask } from './mask.ts';

const everything: BodyRules = { ignoresField: () => false };

function read(
  type: string | undefined,
  body: string | Uint8Array,
  rules: BodyRules = everything,
  encoding?: string,
) {
  const headers: [string, string][] = [];
  if (type !== undefined) headers.push(['Content-Type', type]);
  if (encoding !== undefined) headers.push(['Content-Encoding', encoding]);
  return canonicalBody(headers, typeof body === 'string' ? Buffer.from(body) : body, rules);
}

function key(
  type: string | undefined,
  body: string | Uint8Array,
  rules?: BodyRules,
  encoding?: string,
): string {
  return canonicalBodyText(read(type, body, rules, encoding));
}

/** A multipart body as a client writes it. */
function form(boundary: string, parts: readonly { head: string; content: string | Uint8Array }[]): Buffer {
  const pieces = parts.flatMap(({ head, content }) => [`--${boundary}\r\n${head}\r\n\r\n`, content, '\r\n']);
  return Buffer.concat([...pieces, `--${boundary}--\r\n`].map((piece) => Buffer.from(piece as string)));
}

const bytes = Uint8Array.of(0, 0xff, 0x0d, 0x0a, 0x2d, 0x2d, 0x80);

describe('canonicalBody', () => {
  it('compares JSON by its meaning', () => {
    expect(key('application/json', '{"b":1,"a":"\\u0041"}')).toBe(
      key('application/json; charset=utf-8', '{ "a": "A", "b": 1.0 }'),
    );
  });

  it('takes JSON for JSON whatever its type says, as `curl -d` sends it as a form', () => {
    for (const type of [undefined, 'text/plain', 'application/x-www-form-urlencoded']) {
      expect(read(type, '{"a":1}').kind).toBe('json');
    }
  });

  it('reads NDJSON line by line, and text that only begins like it as text', () => {
    expect(key('application/x-ndjson', '{"b":1,"a":2}\r\n\n{"c":3}\n')).toBe(
      key('application/jsonl', '{"a":2,"b":1}\n{ "c":3 }'),
    );
    expect(read('text/plain', '{"a":1}\nnot json').kind).toBe('text');
  });

  it('sorts forms and keeps repeated names in their order', () => {
    const type = 'application/x-www-form-urlencoded';
    expect(key(type, 'b=2&a=x+y&b=1')).toBe(key(type, 'a=x%20y&b=2&b=1'));
    expect(key(type, 'b=2&b=1')).not.toBe(key(type, 'b=1&b=2'));
    expect(key(type, 'a=1&user=me', { ignoresField: (name) => name === 'user' })).toBe(key(type, 'a=1'));
  });

  it('compares multipart forms part by part, without the boundary', () => {
    const parts = [
      { head: 'Content-Disposition: form-data; name="model"', content: 'whisper-1' },
      {
        head: 'Content-Disposition: form-data; name="file"; filename="a.wav"\r\nContent-Type: audio/wav',
        content: bytes,
      },
    ];
    const one = key('multipart/form-data; boundary=abc', form('abc', parts));
    const reversed = parts.toReversed();
    expect(key('multipart/form-data; boundary="x-1?"', form('x-1?', parts))).toBe(one);
    expect(key('multipart/form-data; boundary=abc', form('abc', reversed))).toBe(one);
    for (const [from, to] of [
      ['model', 'language'],
      ['a.wav', 'b.wav'],
      ['audio/wav', 'audio/mp3'],
    ] as const) {
      const changed = parts.map(({ head, content }) => ({ head: head.replace(from, to), content }));
      expect(key('multipart/form-data; boundary=abc', form('abc', changed))).not.toBe(one);
    }
    const otherFile = [parts[0]!, { head: parts[1]!.head, content: Uint8Array.of(...bytes, 1) }];
    expect(key('multipart/form-data; boundary=abc', form('abc', otherFile))).not.toBe(one);
  });

  it('reads a multipart body by its own boundary when the header names another, or none', () => {
    const body = form('real', [{ head: 'Content-Disposition: form-data; name="a"', content: '1' }]);
    const whole = key('multipart/form-data; boundary=real', body);
    expect(key('multipart/form-data; boundary=[redacted]', body)).toBe(whole);
    expect(key('multipart/form-data', body)).toBe(whole);
  });

  it('is not misled by file content that looks like a delimiter', () => {
    const content = 'x--abc\r\n--abcd\r\ny';
    const body = read(
      'multipart/form-data; boundary=abc',
      form('abc', [{ head: 'Content-Disposition: form-data; name="a"', content }]),
    );
    expect(body).toMatchObject({
      kind: 'multipart',
      parts: [{ name: 'a', content: { kind: 'text', text: content } }],
    });
  });

  it('keeps a multipart body that was cut off', () => {
    const body = read(
      'multipart/form-data; boundary=abc',
      '--abc\r\nContent-Disposition: form-data; name="a"\r\n\r\nhal',
    );
    expect(body).toMatchObject({ kind: 'multipart', parts: [{ content: { text: 'hal' } }] });
  });

  it('keeps the order of parts that are no form', () => {
    const parts = [
      { head: 'Content-Type: application/json', content: '{"b":1,"a":2}' },
      { head: 'Content-Type: image/png', content: bytes },
    ];
    const type = 'multipart/related; boundary=x';
    const sorted = [{ ...parts[0]!, content: '{"a":2,"b":1}' }, parts[1]!];
    expect(key(type, form('x', parts))).toBe(key(type, form('x', sorted)));
    expect(key(type, form('x', parts))).not.toBe(key(type, form('x', parts.toReversed())));
  });

  it('reads file names with quotes and with characters outside ASCII', () => {
    const named = (disposition: string) =>
      read(
        'multipart/form-data; boundary=x',
        form('x', [{ head: `Content-Disposition: form-data; ${disposition}`, content: '' }]),
      );
    expect(named('name="f"; filename="a \\"b\\".txt"')).toMatchObject({ parts: [{ filename: 'a "b".txt' }] });
    expect(named(`name="f"; filename="x"; filename*=UTF-8''na%C3%AFve.txt`)).toMatchObject({
      parts: [{ filename: 'naïve.txt' }],
    });
  });

  it('decodes compressed bodies first', () => {
    const plain = Buffer.from('{"a":1}');
    for (const [encoding, body] of [
      ['gzip', gzipSync(plain)],
      ['br', brotliCompressSync(plain)],
      ['zstd', zstdCompressSync(plain)],
      ['deflate', deflateSync(plain)],
      ['gzip, br', brotliCompressSync(gzipSync(plain))],
      ['identity', plain],
    ] as const) {
      expect(key('application/json', body, everything, encoding)).toBe('{"a":1}');
    }
  });

  it('compares a body it cannot decode by its bytes', () => {
    expect(read('application/json', 'no gzip', everything, 'gzip').kind).toBe('binary');
    expect(read('application/json', '{}', everything, 'aws-chunked').kind).toBe('binary');
    expect(read('application/octet-stream', bytes)).toMatchObject({ kind: 'binary', size: bytes.length });
  });

  it('never takes a body of one kind for one of another', () => {
    const bodies: [string | undefined, string | Uint8Array][] = [
      [undefined, ''],
      ['text/plain', 'binary\n00'],
      ['application/json', '"text"'],
      ['text/plain', '"text"'],
      ['application/x-www-form-urlencoded', 'text='],
      ['text/plain', 'text='],
      ['application/octet-stream', bytes],
      ['application/jsonl', '{}\n{}'],
      ['application/json', '{}'],
    ];
    expect(new Set(bodies.map(([type, body]) => key(type, body))).size).toBe(bodies.length);
  });

  it('masks decoded strings, keys and numbers one by one, in canonical order', () => {
    const rules = (): BodyRules => ({ ...everything, mask: compileMask(['epoch', /a\nb/, /x.*y/])!() });
    expect(
      key('application/json', '{"t":1732100000,"s":"a\\nb","r":"1732100000","q":"x","p":"y"}', rules()),
    ).toBe('{"p":"y","q":"x","r":"⟨epoch 1⟩","s":"⟨masked 1⟩","t":"⟨epoch 1⟩"}');
  });

  it('masks text inside uploaded files, and only there is the file read as text', () => {
    const upload = (content: string | Uint8Array) =>
      form('x', [{ head: 'Content-Disposition: form-data; name="f"; filename="a.jsonl"', content }]);
    const type = 'multipart/form-data; boundary=x';
    const rules = (): BodyRules => ({ ...everything, mask: compileMask(['epoch'])!() });
    expect(key(type, upload('at 1732100000'), rules())).toBe(key(type, upload('at 1732100999'), rules()));
    expect(key(type, upload('at 1732100000'))).not.toBe(key(type, upload('at 1732100999')));
    expect(key(type, upload(bytes), rules())).toBe(key(type, upload(bytes)));
  });
});
