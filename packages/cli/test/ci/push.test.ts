import { chmodSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { withCredentials } from '../../src/ci/credentials.ts';
import { gitIn } from '../../src/ci/git.ts';
import { pushCassettes } from '../../src/ci/push.ts';
import { git } from '../library-fixtures.ts';
import { reel, type Ran } from '../reel.ts';
import { temporaryFolder, writeFiles } from '../temporary-folder.ts';
import { greeting, pushFromElsewhere, remoteRepository, tape } from './remote.ts';

const push = (cwd: string, ...words: readonly string[]): Promise<Ran> =>
  reel(['ci', 'push', '--branch', 'feature', '--never', 'main', ...words], { cwd });

test('commits cassettes to the branch, and leaves everything else', async () => {
  const remote = remoteRepository();
  const cwd = remote.clone('feature');
  writeFiles(cwd, {
    [tape]: greeting('Good morning'),
    'cassettes/chat/new.jsonl': greeting('New'),
    'cassettes/chat/note.txt': 'no cassette',
    'cassettes/data.jsonl': '{"no":"cassette"}\n',
    'package-lock.json': '{"changed":true}\n',
  });
  git(cwd, 'add', 'package-lock.json');

  const { code, stderr } = await push(cwd);

  expect(stderr).toContain('left alone, it is no cassette: package-lock.json');
  expect(stderr).toContain('2 files pushed to feature');
  expect(code).toBe(0);
  expect(remote.read('feature', tape)).toBe(greeting('Good morning'));
  expect(remote.read('feature', 'package-lock.json')).toBe('{}\n');
  expect(remote.files('feature')).toEqual([
    'cassettes/chat/greets.jsonl',
    'cassettes/chat/new.jsonl',
    'package-lock.json',
    'package.json',
  ]);
  expect(remote.log('feature')).toEqual(['Record cassettes anew', 'first']);
  expect(remote.log('main')).toEqual(['first']);
});

test('has nothing to commit, and says so without failing', async () => {
  const remote = remoteRepository();
  const outputs = join(temporaryFolder(), 'outputs');
  const cwd = remote.clone('feature');
  writeFiles(cwd, { 'package-lock.json': '{"changed":true}\n' });
  const { code, stderr } = await reel(['ci', 'push', '--branch', 'feature'], {
    cwd,
    env: { GITHUB_OUTPUT: outputs },
  });

  expect(code).toBe(0);
  expect(stderr).toContain('nothing to commit: the cassettes are those that feature has');
  expect(readFileSync(outputs, 'utf8')).toMatch(/^result<<.+\nnothing\n/);
  expect(remote.log('feature')).toEqual(['first']);
});

test('puts the recordings on top of what was pushed meanwhile', async () => {
  const remote = remoteRepository();
  const cwd = remote.clone('feature');
  pushFromElsewhere(remote, 'feature', { 'src/app.ts': 'export {};\n' });
  pushFromElsewhere(remote, 'main', { 'src/main.ts': 'export {};\n' });
  writeFiles(cwd, { [tape]: greeting('Good morning'), 'package-lock.json': '{"dirty":true}\n' });

  expect((await push(cwd)).code).toBe(0);
  expect(remote.log('feature')).toEqual(['Record cassettes anew', 'from elsewhere', 'first']);
  expect(remote.read('feature', 'src/main.ts')).toBeUndefined();
});

test('works from a checkout that is no branch, as the workflow has it', async () => {
  const remote = remoteRepository();
  const cwd = remote.clone('feature');
  git(cwd, 'checkout', '-q', '--detach');
  writeFiles(cwd, { [tape]: greeting('Good morning') });

  expect((await push(cwd)).code).toBe(0);
  expect(remote.read('feature', tape)).toBe(greeting('Good morning'));
});

test('tries again when the branch moves between the look and the push', async ({ skip }) => {
  if (process.platform === 'win32') skip('the hook of the remote is a shell script');
  const remote = remoteRepository();
  const cwd = remote.clone('feature');
  const other = remote.clone('feature');
  writeFiles(other, { 'src/app.ts': 'export {};\n' });
  git(other, 'add', '-A');
  git(other, 'commit', '-q', '-m', 'from elsewhere');
  // The first push finds that somebody was faster: they push while it is under way.
  const hook = join(remote.path, 'hooks/pre-receive');
  writeFiles(remote.path, {
    'hooks/pre-receive': `#!/bin/sh\n[ -e ${remote.path}/moved ] && exit 0\ntouch ${remote.path}/moved\nenv -i PATH="$PATH" git -C ${other} push -q ${remote.path} HEAD:feature\n`,
  });
  chmodSync(hook, 0o755);
  writeFiles(cwd, { [tape]: greeting('Good morning') });
  const { result } = await pushCassettes({
    git: gitIn(cwd),
    branch: 'feature',
    never: ['main'],
    remote: 'origin',
    message: 'Record',
    folders: [],
    pause: 10,
  });

  expect(result).toBe('pushed');
  expect(existsSync(join(remote.path, 'moved'))).toBe(true);
  expect(remote.log('feature')).toEqual(['Record', 'from elsewhere', 'first']);
});

test('does not overwrite newer recordings of the branch', async () => {
  const remote = remoteRepository();
  const cwd = remote.clone('feature');
  pushFromElsewhere(remote, 'feature', { [tape]: greeting('Theirs', '2026-11-21T10:00:00Z') });
  writeFiles(cwd, { [tape]: greeting('Ours', '2026-11-22T10:00:00Z') });
  const { code, stdout, stderr } = await push(cwd);

  expect({ code, stdout }).toEqual({ code: 1, stdout: `${tape}\n` });
  expect(stderr).toContain('record again');
  expect(remote.read('feature', tape)).toBe(greeting('Theirs', '2026-11-21T10:00:00Z'));
  expect(git(cwd, 'status')).not.toContain('rebase in progress');
});

test('never takes a cassette away', async () => {
  const remote = remoteRepository({ 'cassettes/chat/other.jsonl': greeting('Other') });
  const cwd = remote.clone('feature');
  git(cwd, 'rm', '-q', 'cassettes/chat/other.jsonl');
  writeFiles(cwd, { [tape]: greeting('Good morning') });

  expect((await push(cwd)).code).toBe(0);
  expect(remote.read('feature', 'cassettes/chat/other.jsonl')).toBe(greeting('Other'));
});

describe('is refused', () => {
  test.for([
    ['for the branch that pull requests are merged into', ['--branch', 'main'], 'nothing is pushed there'],
    ['for a name that is an option', ['--branch=-f'], 'no name of a branch'],
    ['for a name that git does not take', ['--branch', 'a..b'], 'no name of a branch'],
  ] as const)('%s', async ([, words, why]) => {
    const remote = remoteRepository();
    const cwd = remote.clone('feature');
    writeFiles(cwd, { [tape]: greeting('Good morning') });
    const { code, stderr } = await push(cwd, ...words);

    expect({ code, isTold: stderr.includes(why) }, stderr).toEqual({ code: 2, isTold: true });
    expect(remote.log('main')).toEqual(['first']);
  });

  test('by the remote: its reason is shown', async () => {
    const remote = remoteRepository();
    const cwd = remote.clone('feature');
    writeFiles(remote.path, { 'hooks/update': '#!/bin/sh\necho "protected branch: go away" >&2\nexit 1\n' });
    chmodSync(join(remote.path, 'hooks/update'), 0o755);
    writeFiles(cwd, { [tape]: greeting('Good morning') });
    const { code, stderr } = await push(cwd);

    expect(code).toBe(2);
    expect(stderr).toContain('go away');
    expect(stderr).toContain('must not be protected');
  });
});

test('runs no hook of the branch', async () => {
  const remote = remoteRepository();
  const cwd = remote.clone('feature');
  const proof = join(temporaryFolder(), 'proof');
  writeFiles(cwd, {
    'hooks/pre-commit': `#!/bin/sh\ntouch ${proof}\n`,
    'hooks/pre-push': `#!/bin/sh\ntouch ${proof}\n`,
  });
  chmodSync(join(cwd, 'hooks/pre-commit'), 0o755);
  chmodSync(join(cwd, 'hooks/pre-push'), 0o755);
  git(cwd, 'config', 'core.hooksPath', 'hooks');
  writeFiles(cwd, { [tape]: greeting('Good morning') });

  expect((await push(cwd)).code).toBe(0);
  expect(existsSync(proof)).toBe(false);
});

test('gives the token to git for its own host, in no argument and no file', () => {
  const env = withCredentials({ REEL_PUSH_TOKEN: 'token-1', GITHUB_SERVER_URL: 'https://git.example' });
  const cwd = remoteRepository().clone('feature');
  const header = (url: string): string =>
    gitIn(cwd, { ...process.env, ...env })
      .try('config', '--get-urlmatch', 'http.extraheader', url)
      .stdout.trim();

  expect(env['REEL_PUSH_TOKEN']).toBeUndefined();
  expect(header('https://git.example/acme/app.git')).toBe(
    `AUTHORIZATION: basic ${Buffer.from('x-access-token:token-1').toString('base64')}`,
  );
  expect(header('https://elsewhere.example/x.git')).toBe('');
});
