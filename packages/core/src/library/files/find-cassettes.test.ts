import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { cassetteText, folderWith } from '../../../test/library/folder.ts';
import { findCassettes } from './find-cassettes.ts';

const cassette = cassetteText([]);

function found(options: Parameters<typeof findCassettes>[0]): string[] {
  return findCassettes(options).map(({ where }) => where);
}

it('finds what lies in folders called cassettes, and looks at neither node_modules nor hidden files', () => {
  const base = folderWith({
    'a/cassettes/chat/one.jsonl': cassette,
    'cassettes/two.jsonl': cassette,
    'cassettes/two.blobs/0.bin': '',
    'cassettes/.two.jsonl.1-abcdef-12345678.journal': '',
    'cassettes/notes.md': '',
    'data/rows.jsonl': '{}\n',
    'node_modules/pkg/cassettes/x.jsonl': cassette,
    '.git/cassettes/y.jsonl': cassette,
  });
  expect(found({ base })).toEqual(['a/cassettes/chat/one.jsonl', 'cassettes/two.jsonl']);
});

it('finds everything in the folder of the dir option and nothing elsewhere', () => {
  const base = folderWith({ 'tapes/a/one.jsonl': cassette, 'b/cassettes/two.jsonl': cassette });
  expect(found({ base, dir: 'tapes' })).toEqual(['tapes/a/one.jsonl']);
});

it('takes files as they are given, and of other folders what begins as a cassette does', () => {
  const base = folderWith({
    'odd.txt': cassette,
    'sub/real.jsonl': cassette,
    'sub/rows.jsonl': '{"a":1}\n',
    'sub/empty.jsonl': '',
  });
  expect(found({ base, paths: ['odd.txt', 'sub'] })).toEqual(['odd.txt', 'sub/real.jsonl']);
  expect(found({ base, from: join(base, 'sub'), paths: ['real.jsonl', '../odd.txt', '../odd.txt'] })).toEqual(
    ['../odd.txt', 'real.jsonl'],
  );
});

it('comes back from links that lead in a circle, and counts a file once', () => {
  const base = folderWith({ 'cassettes/one.jsonl': cassette });
  symlinkSync(join(base, 'cassettes'), join(base, 'cassettes', 'again'));
  expect(found({ base })).toEqual(['cassettes/one.jsonl']);
});

it('finds names in any script', () => {
  const base = folderWith({ 'cassettes/чат/日本 語.jsonl': cassette });
  expect(found({ base })).toEqual(['cassettes/чат/日本 語.jsonl']);
});

it('says that a path does not exist, and finds nothing in an empty folder', () => {
  const base = folderWith();
  expect(found({ base })).toEqual([]);
  expect(() => found({ base, paths: ['nope'] })).toThrowError(
    expect.objectContaining({ code: 'REEL_FILE_NOT_FOUND' }),
  );
});
