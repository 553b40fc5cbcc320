import { posix } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isReelError, type ReelError } from '../errors.ts';
import { cassetteName, checkCassetteName } from './name.ts';

const named = (...titlePath: string[]): string => cassetteName({ file: 'chat.test.ts', titlePath });
const HASH = /~[0-9a-z]{6}$/;

const wildTitle = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 200 }),
  fc.string({ unit: 'grapheme' }),
  fc.stringMatching(/^[abAB ._>\-'é]{0,12}$/),
  fc.constantFrom(
    '..',
    '../../etc/passwd',
    '/',
    '\\',
    'C:\\x',
    'con',
    'NUL',
    'aux.txt',
    '.',
    '',
    ' ',
    '\0',
    '~',
    '_setup',
  ),
  fc.constantFrom(
    'ſ',
    's',
    'S',
    'ß',
    'ss',
    'ﬁ',
    'fi',
    'Σ',
    'σ',
    'ς',
    'é',
    'e\u0301',
    'K',
    'k',
    '\ud800',
    'İ',
    'i',
  ),
);

describe('cassetteName', () => {
  it.each([
    [['summarizes an article'], 'chat/summarizes-an-article'],
    [['summarizer', 'long articles', 'asks twice'], 'chat/summarizer--long-articles--asks-twice'],
    [['calls tool_calls with gpt4.1'], 'chat/calls-tool_calls-with-gpt4.1'],
    [['résume un article'], 'chat/résume-un-article'],
    [['記事を要約する'], 'chat/記事を要約する'],
    [['שלום עולם'], 'chat/שלום-עולם'],
    [['streams 🎉 at once'], 'chat/streams-🎉-at-once'],
  ])('says %j exactly', (titlePath, name) => {
    expect(named(...titlePath)).toBe(name);
  });

  it.each([
    [['Returns JSON'], 'chat/returns-json~'],
    [['multi-turn chat'], 'chat/multi-turn-chat~'],
    [["doesn't stop"], 'chat/doesnt-stop~'],
    [['adds 1 + 2'], 'chat/adds-1-2~'],
    [['double  space'], 'chat/double-space~'],
    [['cafe\u0301'], 'chat/café~'],
    [['❤\uFE0F'], 'chat/❤~'],
    [['con'], 'chat/con~'],
    [['aux.log'], 'chat/_aux.log~'],
    [['ends with a dot.'], 'chat/ends-with-a-dot~'],
    [['../../etc/passwd'], 'chat/etc-passwd~'],
    [['_setup'], 'chat/setup~'],
    [['x.jsonl'], 'chat/x.jsonl~'],
    [['?!'], 'chat/~'],
    [[''], 'chat/~'],
  ])('marks what it cannot say of %j', (titlePath, start) => {
    const name = named(...titlePath);
    expect(name.replace(HASH, '~')).toBe(start);
    expect(name).toMatch(HASH);
  });

  it('keeps apart titles that differ only in what a name cannot hold', () => {
    const titles = ['adds 1 + 2', 'adds 1 - 2', 'adds 1 2', 'Adds 1 2', 'adds-1-2', 'adds 1, 2', 'adds 1 2 '];
    expect(new Set(titles.map((title) => named(title))).size).toBe(titles.length);
    expect(named('a', 'b')).not.toBe(named('a > b'));
    expect(named('a', 'b')).not.toBe(named('a--b'));
    expect(named('a', '', 'b')).not.toBe(named('a', 'b'));
  });

  it('counts tests of the same titles, apart from titles that end in a number', () => {
    const second = cassetteName({ file: 'chat.test.ts', titlePath: ['case'], ordinal: 2 });
    expect(second).toBe('chat/case~2');
    expect(second).not.toBe(named('case 2'));
    expect(cassetteName({ file: 'chat.test.ts', titlePath: ['case'], ordinal: 1 })).toBe(named('case'));
  });

  it('is `_setup` for the hooks of a file', () => {
    expect(named()).toBe('chat/_setup');
  });

  it.each([
    ['chat.test.ts', 'chat/t'],
    ['./src/chat.spec.tsx', 'src/chat/t'],
    ['src\\deep\\chat.e2e.mjs', 'src/deep/chat/t'],
    ['src/__tests__/Chat.js', 'src/__tests__/Chat/t'],
    ['chat.v2.test.ts', 'chat.v2/t'],
    ['../other/chat.test.ts', '_parent/other/chat/t'],
    ['/home/me/project/chat.test.ts', 'chat/t'],
    ['C:\\project\\chat.test.ts', 'chat/t'],
  ])('leaves the kind of file out: %s', (file, name) => {
    expect(cassetteName({ file, titlePath: ['t'] })).toBe(name);
  });

  it('gives a name to files that are called oddly', () => {
    for (const file of [
      '',
      '.',
      '.test.ts',
      'a/.hidden/x.ts',
      'aux.ts',
      'a/con/x.ts',
      '[id].test.ts',
      'a b.test.ts',
    ]) {
      const name = cassetteName({ file, titlePath: ['t'] });
      expect(checkCassetteName(name)).toBe(name);
    }
  });

  it('stays within the length a file name may have, and marks what was cut', () => {
    for (const title of ['a'.repeat(500), '記'.repeat(500), '🎉'.repeat(500), `${'a'.repeat(79)}🎉`]) {
      const segment = named(title).slice('chat/'.length);
      expect(segment.length).toBeLessThanOrEqual(80);
      expect(Buffer.byteLength(segment)).toBeLessThanOrEqual(160);
      expect(segment).toMatch(HASH);
      expect(segment.isWellFormed()).toBe(true);
    }
    expect(named('a'.repeat(80))).toBe(`chat/${'a'.repeat(80)}`);
  });

  it('never climbs out, and is always a name that a person may write', () => {
    fc.assert(
      fc.property(
        wildTitle,
        fc.array(wildTitle, { maxLength: 4 }),
        fc.integer({ min: 1, max: 12 }),
        (file, titlePath, ordinal) => {
          const name = cassetteName({ file, titlePath, ordinal });
          expect(checkCassetteName(name)).toBe(name);
          expect(posix.resolve('/root', name).startsWith('/root/')).toBe(true);
          expect(posix.normalize(name)).toBe(name);
        },
      ),
      { numRuns: 3000 },
    );
  });

  it('gives different titles different names where neither case nor normalization counts', () => {
    const onDisk = (name: string): string =>
      name.normalize('NFD').toUpperCase().toLowerCase().normalize('NFD');
    const titlePath = fc.array(wildTitle, { minLength: 1, maxLength: 3 });
    fc.assert(
      fc.property(titlePath, titlePath, (a, b) => {
        fc.pre(JSON.stringify(a) !== JSON.stringify(b));
        expect(onDisk(named(...a))).not.toBe(onDisk(named(...b)));
      }),
      { numRuns: 5000 },
    );
  });
});

describe('checkCassetteName', () => {
  it.each(['billing/refund', 'Refund', 'a b/c', 'v1.2/x_y~z', 'été', '記事'])('lets %j pass', (name) => {
    expect(checkCassetteName(name)).toBe(name);
  });

  it('gives the normal form, so that one name is one file everywhere', () => {
    expect(checkCassetteName('cafe\u0301')).toBe('café');
  });

  it.each([
    ['', 'empty', 'billing/refund'],
    ['  ', 'empty', 'billing/refund'],
    ['/etc/passwd', 'absolute', 'etc/passwd'],
    ['C:/x', 'drive letter', 'x'],
    ['c:x', 'drive letter', 'x'],
    ['a\\b', 'backslash', 'a/b'],
    ['../secrets', 'climbs out', 'secrets'],
    ['a/../../b', 'climbs out', 'a/b'],
    ['a/./b', '"."', 'a/b'],
    ['a//b', 'empty part', 'a/b'],
    ['a/', 'empty part', 'a'],
    ['a\0b', 'control', 'a-b'],
    ['a\nb', 'control', 'a-b'],
    ['what?', 'Windows', 'what'],
    ['.hidden', 'dot', 'hidden'],
    ['a.', 'dot', 'a'],
    ['a /b', 'space', 'a/b'],
    ['nul', 'device', 'nul-cassette'],
    ['x/COM1.backup', 'device', 'x/COM1-cassette'],
    ['refund.jsonl', '.jsonl', 'refund'],
    ['x'.repeat(300), 'longer', 'x'.repeat(80)],
    ['a\ud800', 'surrogate', 'a'],
  ])('refuses %j and says what to write instead', (name, reason, instead) => {
    const error = failure(() => checkCassetteName(name));
    expect(error.code).toBe('REEL_CASSETTE_NAME');
    expect(error.what).toContain(reason);
    expect(error.fix).toContain(JSON.stringify(instead));
  });

  it('refuses what is not a string', () => {
    expect(failure(() => checkCassetteName(undefined as never)).code).toBe('REEL_CASSETTE_NAME');
  });

  it('suggests a name that it accepts, whatever it is given', () => {
    fc.assert(
      fc.property(wildTitle, (name) => {
        // A "/" in front makes any of them a name that is refused.
        const error = failure(() => checkCassetteName(`/${name}`));
        const instead = JSON.parse(/such as (".*")\.$/s.exec(error.fix!)![1]!) as string;
        expect(checkCassetteName(instead)).toBe(instead);
      }),
      { numRuns: 2000 },
    );
  });
});

function failure(work: () => unknown): ReelError {
  try {
    work();
  } catch (error) {
    if (isReelError(error)) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}
