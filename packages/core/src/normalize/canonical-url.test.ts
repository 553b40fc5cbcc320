import { assert, property, string, webUrl } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalUrl } from './canonical-url.ts';

const all = { ignoresQuery: (): boolean => false };

function text(url: string): string {
  const { scheme, host, path, query } = canonicalUrl(url, all);
  return `${scheme}//${host}${path}?${query}`;
}

describe('canonicalUrl', () => {
  it.each([
    ['HTTPS://API.OpenAI.com:443/v1/models', 'https://api.openai.com/v1/models'],
    ['https://api.openai.com', 'https://api.openai.com/'],
    ['https://h/p#part', 'https://h/p'],
    ['https://h/p?', 'https://h/p'],
    ['https://user:pass@h/p', 'https://h/p'],
    ['https://h/%7euser/%41%2f', 'https://h/~user/A%2F'],
    ['https://h/p?b=2&a=1', 'https://h/p?a=1&b=2'],
    ['https://h/p?a=x+y%2b', 'https://h/p?a=x%20y%2B'],
    ['https://h/p?a&b=', 'https://h/p?a=&b='],
    ['https://h/p?&&a=1&', 'https://h/p?a=1'],
  ])('takes %s for %s', (one, other) => {
    expect(text(one)).toBe(text(other));
  });

  it.each([
    ['https://h/p', 'http://h/p'],
    ['https://h/p', 'https://h:8443/p'],
    ['https://h/p', 'https://h/P'],
    ['https://h/p', 'https://h/p/'],
    ['https://h/a%2Fb', 'https://h/a/b'],
    ['https://h/p?a=1&a=2', 'https://h/p?a=2&a=1'],
    ['https://h/p?a=1%26b=2', 'https://h/p?a=1&b=2'],
    ['https://h/p?a=%zz', 'https://h/p?a=%25zy'],
  ])('tells %s from %s', (one, other) => {
    expect(text(one)).not.toBe(text(other));
  });

  it('leaves out query names that are not compared', () => {
    const { query } = canonicalUrl('https://h/p?session=1&a=2&session=3', {
      ignoresQuery: (name) => name === 'session',
    });
    expect(query).toBe('a=2');
  });

  it('never throws, and does not change what it made', () => {
    assert(
      property(string(), (url) => {
        expect(() => text(url)).not.toThrow();
      }),
    );
    assert(
      property(webUrl({ withQueryParameters: true, withFragments: true }), (url) => {
        expect(text(text(url))).toBe(text(url));
      }),
    );
  });
});
