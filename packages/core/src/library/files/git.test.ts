import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { cassetteText, folderWith, git, writeInto } from '../../../test/library/folder.ts';
import { chat } from '../../../test/library/calls.ts';
import { cassetteFile } from './cassette-file.ts';
import { listAtRevision, readAtRevision, stagedFiles } from './git.ts';

const [first, second] = [cassetteText([chat('one', '1')]), cassetteText([chat('two', '2')])];

function repository(files: Readonly<Record<string, string>>): string {
  const folder = folderWith(files);
  git(folder, 'init', '-q', '-b', 'main');
  git(folder, 'add', '-A');
  git(folder, 'commit', '-q', '-m', 'first');
  return folder;
}

const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString('utf8');

it('reads what is staged and not what lies in the work tree', () => {
  const folder = repository({ 'readme.md': '' });
  writeInto(folder, { 'cassettes/ü ñ "q".jsonl': first, 'rows.jsonl': '{}\n', 'real.jsonl': second });
  git(folder, 'add', '-A');
  writeFileSync(join(folder, 'cassettes/ü ñ "q".jsonl'), 'changed since');
  const staged = stagedFiles(folder, (path) => path.includes('cassettes'));
  expect(staged.cassettes.map(({ where }) => where)).toEqual(['cassettes/ü ñ "q".jsonl', 'real.jsonl']);
  expect(text(staged.read(staged.cassettes[0]!).bytes)).toBe(first);
  expect(staged.all).toHaveLength(3);
});

it('leaves out what is staged to be deleted', () => {
  const folder = repository({ 'cassettes/a.jsonl': first });
  git(folder, 'rm', '-q', 'cassettes/a.jsonl');
  expect(stagedFiles(folder, () => true).cassettes).toEqual([]);
});

it('reads a cassette as it was, also from a folder that is gone, and through a link to the repository', () => {
  const folder = repository({ 'sub/cassettes/a.jsonl': first });
  writeInto(folder, { 'sub/cassettes/a.jsonl': second });
  git(folder, 'commit', '-q', '-am', 'second');
  const file = cassetteFile('sub/cassettes/a.jsonl', folder);
  expect(text(readAtRevision('HEAD~1', file).bytes)).toBe(first);
  expect(readAtRevision('HEAD', file).where).toBe('HEAD:sub/cassettes/a.jsonl');
  rmSync(join(folder, 'sub'), { recursive: true });
  expect(text(readAtRevision('HEAD', file).bytes)).toBe(second);
  const link = join(folderWith(), 'link');
  symlinkSync(folder, link);
  expect(text(readAtRevision('HEAD', cassetteFile('sub/cassettes/a.jsonl', link)).bytes)).toBe(second);
});

it('lists the cassettes of a revision below a folder', () => {
  const folder = repository({ 'a/one.jsonl': first, 'b/two.jsonl': second, 'a/notes.txt': '' });
  expect(listAtRevision('HEAD', join(folder, 'a'), folder).map(({ where }) => where)).toEqual([
    'a/one.jsonl',
  ]);
  expect(listAtRevision('main', folder, folder)).toHaveLength(2);
});

it.each([
  ['an unknown revision', 'nope', 'a.jsonl', 'REEL_GIT_FAILED'],
  ['a revision that would be an option', '--output=x', 'a.jsonl', 'REEL_GIT_FAILED'],
  ['a file that was not there', 'HEAD', 'b.jsonl', 'REEL_FILE_NOT_FOUND'],
])('says what is wrong with %s', (_, revision, name, code) => {
  const folder = repository({ 'a.jsonl': first });
  expect(() => readAtRevision(revision, cassetteFile(name, folder))).toThrowError(
    expect.objectContaining({ code }),
  );
});

it('says that there is no repository', () => {
  const folder = folderWith();
  mkdirSync(join(folder, 'x'));
  expect(() => stagedFiles(join(folder, 'x'), () => true)).toThrowError(
    expect.objectContaining({ code: 'REEL_GIT_FAILED' }),
  );
});
