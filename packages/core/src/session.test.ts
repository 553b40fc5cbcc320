import { join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { ReelOptions } from './options.ts';
import { cassetteOf, createSession } from './session.ts';

const root = resolve('/project');

function placeOf(options: ReelOptions, file: string): string {
  const recorder = createSession({ from: root, options, environment: {} });
  const { store, cassette } = cassetteOf(recorder, { file: join(root, file), titlePath: ['asks'] });
  return store
    .locate(cassette)
    .replaceAll('\\', '/')
    .replace(/^.*\/project\//, '');
}

describe('the cassette of a test', () => {
  test('lies beside its file, whatever ending the file has', () => {
    expect(placeOf({}, 'src/chat.test.ts')).toMatch(/src\/cassettes\/chat\/asks\.jsonl$/);
    expect(placeOf({}, 'src/chat.spec.js')).toBe(placeOf({}, 'src/chat.test.ts'));
  });

  test('keeps the folders of its file in one folder for all (dir)', () => {
    const dir = { dir: 'tapes' };
    expect(placeOf(dir, 'a/chat.test.ts')).toMatch(/tapes\/a\/chat\/asks\.jsonl$/);
    expect(placeOf(dir, 'a/chat.test.ts')).not.toBe(placeOf(dir, 'b/chat.test.ts'));
  });

  test('is one for the same test under several runners (testDirs)', () => {
    const options = { dir: 'tapes', testDirs: ['test/vitest', './test/jest/', 'e2e'] };
    const place = placeOf(options, 'test/vitest/chat/stream.test.ts');
    expect(place).toMatch(/tapes\/chat\/stream\/asks\.jsonl$/);
    expect(placeOf(options, 'test/jest/chat/stream.test.js')).toBe(place);
    expect(placeOf(options, 'e2e/chat/stream.spec.ts')).toBe(place);
  });

  test('is in cassettes/ beside the config when testDirs comes without dir', () => {
    expect(placeOf({ testDirs: ['test/jest'] }, 'test/jest/chat.test.js')).toMatch(
      /(^|[^/]\/)cassettes\/chat\/asks\.jsonl$/,
    );
    expect(placeOf({ testDirs: ['test/jest'] }, 'test/jest/chat.test.js')).not.toContain('jest');
  });

  test('is named from the innermost of nested testDirs, and from the config outside of them', () => {
    const options = { testDirs: ['test', 'test/jest'] };
    expect(placeOf(options, 'test/jest/chat.test.js')).toBe(placeOf(options, 'test/chat.test.ts'));
    expect(placeOf(options, 'lib/chat.test.ts')).toMatch(/cassettes\/lib\/chat\/asks\.jsonl$/);
    expect(placeOf(options, 'test-more/chat.test.ts')).toMatch(/cassettes\/test-more\/chat\/asks\.jsonl$/);
    expect(placeOf(options, '..odd/chat.test.ts')).toMatch(/odd.*\/chat\/asks\.jsonl$/);
  });
});
