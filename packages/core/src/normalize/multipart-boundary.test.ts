import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { withStableBoundary } from './multipart-boundary.ts';

const bytes = (text: string) => new Uint8Array(Buffer.from(text, 'latin1'));
const text = (value: Uint8Array) => Buffer.from(value).toString('latin1');

function upload(
  boundary: string,
  content: string,
  contentType = `multipart/form-data; boundary=${boundary}`,
) {
  const body = bytes(
    `--${boundary}\r\nContent-Disposition: form-data; name="file"; filename="a.bin"\r\n\r\n${content}\r\n--${boundary}--\r\n`,
  );
  return {
    method: 'POST',
    url: 'https://api.openai.com/v1/files',
    headers: [
      ['Content-Type', contentType],
      ['Content-Length', String(body.byteLength)],
    ] as [string, string][],
    body,
  };
}

describe('withStableBoundary', () => {
  it('writes one boundary in header and body, and counts the length anew', () => {
    const stable = withStableBoundary(upload('----formdata-undici-012345678901', 'hello'));
    expect(stable.headers).toEqual([
      ['Content-Type', 'multipart/form-data; boundary=reel-boundary'],
      ['Content-Length', String(stable.body.byteLength)],
    ]);
    expect(text(stable.body)).toMatch(/^--reel-boundary\r\n[^]*\r\nhello\r\n--reel-boundary--\r\n$/);
  });

  it('makes two uploads of the same content equal, and changes them no more', () => {
    const token = fc
      .stringMatching(/^[A-Za-z0-9'()+_,./:=?-]{1,60}$/)
      .filter((value) => !value.startsWith('reel-boundary'));
    fc.assert(
      fc.property(token, token, fc.uint8Array(), (first, second, content) => {
        const body = text(content);
        fc.pre(!body.includes(first) && !body.includes(second));
        const quoted = (boundary: string) => `multipart/form-data; boundary="${boundary}"`;
        const a = withStableBoundary(upload(first, body, quoted(first)));
        const b = withStableBoundary(upload(second, body, quoted(second)));
        expect(b).toEqual(a);
        expect(withStableBoundary(a)).toBe(a);
      }),
    );
  });

  it('takes another name when the content uses this one', () => {
    const stable = withStableBoundary(upload('x1y2', 'before\r\n--reel-boundary\r\nafter'));
    expect(text(stable.body)).toContain('\r\n--reel-boundary-1--\r\n');
    expect(text(stable.body)).toContain('before\r\n--reel-boundary\r\nafter');
    expect(withStableBoundary(stable)).toBe(stable);
  });

  it('does not touch look-alikes inside the content', () => {
    const stable = withStableBoundary(upload('x1y2', 'a--x1y2 and\r\n--x1y2z'));
    expect(text(stable.body)).toContain('a--x1y2 and\r\n--x1y2z');
  });

  it.each([
    ['is not multipart', upload('b', 'x', 'application/json')],
    ['names no boundary', upload('b', 'x', 'multipart/form-data')],
    ['uses another boundary than its header says', upload('b', 'x', 'multipart/form-data; boundary=c')],
  ])('leaves a request that %s', (_, request) => {
    expect(withStableBoundary(request)).toBe(request);
  });
});
