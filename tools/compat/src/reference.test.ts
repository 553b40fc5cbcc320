import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { latestRelease, mainReference, messagesSince, prepareReference } from './reference.ts';

interface Repository {
  readonly root: string;
  git(...words: string[]): string;
  commit(message: string, files?: Readonly<Record<string, string>>): string;
}

/** A real repository on `main`, with one commit. */
function repository(): Repository {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'reel-reference-')));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  const env = { ...process.env, GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_SYSTEM: '/dev/null' };
  const git = (...words: string[]): string =>
    execFileSync('git', ['-C', root, '-c', 'user.name=A', '-c', 'user.email=a@example.com', ...words], {
      encoding: 'utf8',
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
    }).trim();
  git('init', '--quiet', '--initial-branch=main');
  const commit = (message: string, files: Readonly<Record<string, string>> = {}): string => {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      writeFileSync(join(root, path), text);
    }
    git('add', '--all');
    git('commit', '--quiet', '--allow-empty', '-m', message);
    return git('rev-parse', 'HEAD');
  };
  commit('First');
  return { root, git, commit };
}

test('a branch is compared with main', () => {
  const { root, git, commit } = repository();
  const main = git('rev-parse', 'main');
  git('switch', '--quiet', '-c', 'change');
  commit('A change');
  expect(mainReference(root, undefined)).toEqual({ name: 'main', commit: main });
});

test('main itself is compared with the commit before, and with itself when something is not committed', () => {
  const { root, git, commit } = repository();
  const first = git('rev-parse', 'HEAD');
  const second = commit('Second', { 'a.txt': 'a' });
  expect(mainReference(root, undefined)).toEqual({ name: 'main~1', commit: first });
  writeFileSync(join(root, 'a.txt'), 'b');
  expect(mainReference(root, undefined)).toEqual({ name: 'main', commit: second });
});

test('the main of the remote counts before the one here, and what is named before both', () => {
  const { root, git, commit } = repository();
  const first = git('rev-parse', 'HEAD');
  git('update-ref', 'refs/remotes/origin/main', first);
  commit('Second');
  commit('Third');
  expect(mainReference(root, undefined)).toEqual({ name: 'origin/main', commit: first });
  expect(mainReference(root, 'HEAD~1').commit).toBe(git('rev-parse', 'HEAD~1'));
});

test('without one, it says what to do', () => {
  const { root } = repository();
  expect(() => mainReference(root, 'gone')).toThrow(/there is no gone to compare with; fetch it/);
  // What a push event names as the commit before the first one of a branch.
  expect(() => mainReference(root, '0'.repeat(40))).toThrow(/to compare with/);
});

test('the latest release is the highest version among the tags, however they are written', () => {
  const { root, git, commit } = repository();
  expect(latestRelease(root)).toBeUndefined();
  git('tag', '@reel/core@0.9.0');
  const newest = commit('A release');
  git('tag', '-a', '-m', 'release', '@reel/core@0.10.0');
  commit('Later');
  git('tag', 'v0.2.0');
  git('tag', '@reel/core@0.11.0-next.1');
  expect(latestRelease(root)).toEqual({ name: '@reel/core@0.10.0', commit: newest });
});

test('titles and bodies of the commits since are read as they are', () => {
  const { root, git, commit } = repository();
  const first = git('rev-parse', 'HEAD');
  commit('A change\n\nOne line.\n\nBREAKING CHANGE: another');
  commit('feat!: more');
  expect(messagesSince(root, { name: 'main', commit: first })).toEqual([
    { title: 'feat!: more', body: '' },
    { title: 'A change', body: 'One line.\n\nBREAKING CHANGE: another' },
  ]);
  expect(messagesSince(root, { name: 'here', commit: git('rev-parse', 'HEAD') })).toEqual([]);
});

const workspace = {
  'package.json': '{ "name": "root", "private": true }',
  'pnpm-workspace.yaml': 'packages:\n  - packages/*\n',
  'pnpm-lock.yaml': "lockfileVersion: '9.0'\n\nimporters:\n\n  .: {}\n\n  packages/core: {}\n",
  'packages/core/package.json': JSON.stringify({
    name: '@reel/core',
    private: true,
    scripts: { build: 'node build.js' },
  }),
  'packages/core/build.js': "require('fs').writeFileSync('built.txt', 'the old one');",
};

test('a commit is set up once, as it was, and the repository stays as it is', async () => {
  const { root, git, commit } = repository();
  const old = commit('Old', workspace);
  commit('New', { 'packages/core/build.js': "require('fs').writeFileSync('built.txt', 'the new one');" });
  const cache = join(root, 'cache');
  const said: string[] = [];
  const reference = { name: 'main~1', commit: old };
  const side = await prepareReference(root, reference, cache, (line) => said.push(line));
  const again = await prepareReference(root, reference, cache, (line) => said.push(line));

  expect(readFileSync(join(side.root, 'packages/core/built.txt'), 'utf8')).toBe('the old one');
  expect(side.label).toBe(`main~1 (${old.slice(0, 7)})`);
  expect(again).toEqual(side);
  expect(said).toHaveLength(1);
  expect(git('worktree', 'list').split('\n')).toHaveLength(1);
  expect(git('status', '--porcelain')).toBe('?? cache/');
});

test('the commits that were set up last are kept, and no others', async () => {
  const { root, commit } = repository();
  const cache = join(root, 'cache');
  const sides: string[] = [];
  commit('Old', { ...workspace, '.gitignore': 'cache\n' });
  for (const title of ['1', '2', '3', '4', '5']) {
    const side = await prepareReference(root, { name: title, commit: commit(title) }, cache);
    sides.push(side.root);
  }
  expect(sides.map((folder) => existsSync(folder))).toEqual([false, true, true, true, true]);
});

test('one that does not build is not taken for one that is set up', async () => {
  const { root, commit } = repository();
  const old = commit('Old', { ...workspace, 'packages/core/build.js': "throw new Error('no such thing');" });
  const prepare = () => prepareReference(root, { name: 'main', commit: old }, join(root, 'cache'));

  await expect(prepare()).rejects.toThrow(/main \(.{7}\) cannot be set up: pnpm .*no such thing/s);
  await expect(prepare()).rejects.toThrow(/no such thing/);
  expect(existsSync(join(root, 'cache', old.slice(0, 12), '.built'))).toBe(false);
});
