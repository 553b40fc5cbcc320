import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cassettePath, decodeCassetteName } from './cassette-address.ts';
import { readReverseTarget } from './reverse-target.ts';

describe('the target of a request', () => {
  test.each([
    ['/openai/v1/models?limit=2', { cassette: undefined, name: 'openai', rest: '/v1/models?limit=2' }],
    ['/openai', { cassette: undefined, name: 'openai', rest: '' }],
    ['/openai?x=/../y', { cassette: undefined, name: 'openai', rest: '?x=/../y' }],
    ['/@a:b/openai/v1', { cassette: 'a/b', name: 'openai', rest: '/v1' }],
    ['/@a%2Fb/openai?x=1', { cassette: 'a/b', name: 'openai', rest: '?x=1' }],
    ['/@a', { cassette: 'a', name: '', rest: '' }],
    ['/@a/', { cassette: 'a', name: '', rest: '' }],
    [
      '/local/v1/models/a%2Fb..c/...',
      { cassette: undefined, name: 'local', rest: '/v1/models/a%2Fb..c/...' },
    ],
  ])('%s', (target, read) => {
    expect(readReverseTarget(target)).toEqual(read);
  });

  test('whatever is asked, the URL that is made of it stays at the origin and below the path of the base', () => {
    const base = 'https://gateway.example/tenant/a';
    const piece = fc.oneof(
      fc.constantFrom(
        '..',
        '.',
        '%2e',
        '%2E%2e',
        '%2f',
        '%5c',
        '\\',
        '@',
        ':',
        '//',
        '/',
        '?',
        '#',
        'http:',
        'evil.example',
        '\t',
        ' ',
        '%',
        'é',
      ),
      fc.string({ maxLength: 4 }),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 8 }), (pieces) => {
        const { rest, refusal } = outcomeOf(`/x${pieces.join('')}`);
        expect(refusal).toMatch(/^(REEL_PROXY_REQUEST|REEL_CASSETTE_NAME|none)$/);
        const url = new URL(base + rest);
        expect(url.origin).toBe('https://gateway.example');
        expect(url.pathname.startsWith('/tenant/a')).toBe(true);
        expect(
          decodeURIComponent(
            url.pathname.replaceAll(/%(?![0-9a-f]{2})/gi, '%25').replaceAll(/%[89a-f]./gi, ''),
          ),
        ).not.toMatch(/(^|[/\\])\.\.($|[/\\])/);
      }),
      { numRuns: 2000 },
    );
  });
});

test('every name of a cassette survives its way through a path', () => {
  const part = fc
    .string({ unit: 'grapheme', minLength: 1, maxLength: 12 })
    .filter((text) => !/[/:]/.test(text) && text.isWellFormed());
  fc.assert(
    fc.property(fc.array(part, { minLength: 1, maxLength: 4 }), (parts) => {
      const name = parts.join('/');
      const path = cassettePath(name);
      expect(decodeCassetteName(path.slice('/@'.length))).toBe(name);
      // No client tidies it away; parts of dots alone are no names.
      const isTidy = new URL(path, 'http://localhost').pathname === path;
      expect(isTidy || parts.some((each) => /^\.+$/.test(each))).toBe(true);
    }),
  );
});

function outcomeOf(target: string): { rest: string; refusal: string } {
  try {
    return { rest: readReverseTarget(target).rest, refusal: 'none' };
  } catch (error) {
    return { rest: '', refusal: (error as { code: string }).code };
  }
}
