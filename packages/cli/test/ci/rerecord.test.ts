import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { git } from '../library-fixtures.ts';
import { reel, type Ran } from '../reel.ts';
import { temporaryFolder, writeFiles } from '../temporary-folder.ts';
import { pushFromElsewhere, remoteRepository } from './remote.ts';
import { stubGh, type Answer, type GhCall } from './stub-gh.ts';

const url = 'https://github.com/acme/app/actions/runs/77';

const github: readonly Answer[] = [
  { match: '^auth status' },
  {
    match: '^repo view',
    stdout: JSON.stringify({ nameWithOwner: 'acme/app', defaultBranchRef: { name: 'main' } }),
  },
  { match: '^api repos/acme/app/branches/', stdout: 'false\n' },
  { match: '^pr list', stdout: '[{"number":12,"isCrossRepository":false}]' },
  { match: '^workflow run' },
  {
    match: '^run list',
    stdout: JSON.stringify([
      { databaseId: 5, displayTitle: 'Record anew 00000000', url: 'another' },
      { databaseId: 77, displayTitle: 'Record anew {request}', url },
    ]),
  },
  { match: '^run watch 77' },
];

async function rerecord(
  cwd: string,
  words: readonly string[] = [],
  more: readonly Answer[] = [],
): Promise<Ran & { calls: GhCall[] }> {
  const gh = stubGh([...github, ...more]);
  const ran = await reel(['rerecord', ...words], { cwd, env: gh.env });
  return { ...ran, calls: gh.calls() };
}

test('starts the workflow on this branch and follows its own run', async () => {
  const cwd = remoteRepository().clone('feature');
  const { code, stdout, stderr, calls } = await rerecord(cwd, [
    '--tests',
    'tests/chat',
    '--tests',
    "refuses; rm -rf '$HOME'",
    '--provider',
    'openai',
    '--runner',
    'vitest',
    '--missing',
  ]);

  expect(stderr).toBe('done: git pull --rebase takes the recordings\n');
  expect(code).toBe(0);
  expect(stdout).toBe(`recording acme/app feature (pull request 12): ${url}\n`);
  const started = calls.find(({ words }) => words[0] === 'workflow')!.words;
  expect(started.slice(0, 7)).toEqual([
    'workflow',
    'run',
    'rerecord.yml',
    '--repo',
    'acme/app',
    '--ref',
    'feature',
  ]);
  expect(started.filter((word) => word.includes('=') && !word.startsWith('request='))).toEqual([
    "tests=tests/chat\nrefuses; rm -rf '$HOME'",
    'provider=openai',
    'runner=vitest',
    'mode=record-if-missing',
  ]);
  expect(calls.at(-1)!.words).toEqual(['run', 'watch', '77', '--repo', 'acme/app', '--exit-status']);
});

test('does not wait when it is told not to, and prints JSON', async () => {
  const { code, stdout, calls } = await rerecord(remoteRepository().clone('feature'), [
    '--no-watch',
    '--json',
  ]);

  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toEqual({
    repository: 'acme/app',
    pullRequest: 12,
    ref: 'feature',
    isFork: false,
    run: 77,
    url,
    succeeded: null,
  });
  expect(calls.some(({ words }) => words[1] === 'watch')).toBe(false);
});

test('is red when the run is', async () => {
  const { code, stderr } = await rerecord(
    remoteRepository().clone('feature'),
    [],
    [{ match: '^run watch', code: 1 }],
  );
  expect({ code, isTold: stderr.includes('gh run view 77 --log-failed') }).toEqual({ code: 1, isTold: true });
});

test('says that the workflow does not see what is not committed', async () => {
  const cwd = remoteRepository().clone('feature');
  writeFiles(cwd, { 'package.json': '{}\n' });
  expect((await rerecord(cwd)).stderr).toContain('1 file changed here and not committed');
});

test('for the pull request of a fork says that there are no keys', async () => {
  const { stdout, stderr, calls } = await rerecord(
    temporaryFolder(),
    ['--pull-request', '9'],
    [{ match: '^pr view 9', stdout: '{"state":"OPEN","isCrossRepository":true}' }],
  );

  expect(stderr).toContain('no keys are used');
  expect(stdout).toContain('(pull request 9)');
  const started = calls.find(({ words }) => words[0] === 'workflow')!.words;
  expect(started).toContain('main');
  expect(started).toContain('pull-request=9');
});

describe('what is missing is named, with the command that helps', () => {
  const cases: readonly [string, (cwd: string) => void, string, string][] = [
    ['no branch', (cwd) => void git(cwd, 'checkout', '-q', '--detach'), 'detached HEAD', 'git switch'],
    ['no remote', (cwd) => void git(cwd, 'remote', 'remove', 'origin'), 'has no remote', 'git remote add'],
    [
      'a branch that was never pushed',
      (cwd) => void git(cwd, 'switch', '-q', '-c', 'fresh'),
      'the branch fresh is not pushed',
      'git push --set-upstream origin fresh',
    ],
    [
      'commits that were not pushed',
      (cwd) => void git(cwd, 'commit', '-q', '--allow-empty', '-m', 'more'),
      'has commits that origin does not have',
      'git push',
    ],
    [
      'a remote that is gone',
      (cwd) => void git(cwd, 'remote', 'set-url', 'origin', join(cwd, 'nowhere')),
      'cannot be reached',
      '',
    ],
  ];
  test.for(cases)('%s', async ([, prepare, what, fix]) => {
    const cwd = remoteRepository().clone('feature');
    prepare(cwd);
    const { code, stderr, calls } = await rerecord(cwd);

    expect(stderr).toContain(what);
    expect(stderr).toContain(fix);
    expect({ code, calls }).toEqual({ code: 2, calls: [] });
  });

  test('commits that are not here', async () => {
    const remote = remoteRepository();
    const cwd = remote.clone('feature');
    pushFromElsewhere(remote, 'feature', { 'a.txt': '' });
    git(cwd, 'fetch', '-q');
    expect((await rerecord(cwd)).stderr).toContain('origin has commits of feature that are not here');
  });

  test('no repository', async () => {
    expect((await rerecord(temporaryFolder())).stderr).toContain('there is no git repository');
  });

  test('no gh', async () => {
    const cwd = remoteRepository().clone('feature');
    // A PATH with git alone.
    const { execFileSync } = await import('node:child_process');
    const { symlinkSync } = await import('node:fs');
    const bin = temporaryFolder();
    symlinkSync(execFileSync('sh', ['-c', 'command -v git'], { encoding: 'utf8' }).trim(), join(bin, 'git'));
    const { code, stderr } = await reel(['rerecord'], { cwd, env: { PATH: bin } });

    expect({ code, isTold: stderr.includes('https://cli.github.com') }, stderr).toEqual({
      code: 2,
      isTold: true,
    });
  });

  const answers: readonly [string, Answer, string, string][] = [
    [
      'nobody is logged in',
      { match: '^auth status', code: 1, stderr: 'You are not logged into any GitHub hosts.' },
      'not logged in',
      'gh auth login',
    ],
    [
      'the default branch',
      { match: '^repo view', stdout: '{"nameWithOwner":"acme/app","defaultBranchRef":{"name":"feature"}}' },
      'is the default branch',
      'git switch -c',
    ],
    ['a protected branch', { match: 'branches/', stdout: 'true\n' }, 'is protected', 'open a pull request'],
    [
      'a branch of a fork',
      { match: 'branches/', code: 1, stderr: 'gh: Not Found (HTTP 404)' },
      'perhaps a fork',
      'reel rerecord --pull-request',
    ],
    [
      'no such workflow',
      { match: '^workflow run', code: 1, stderr: 'could not find any workflows named rerecord.yml' },
      'knows no workflow rerecord.yml',
      'reel init --ci github --rerecord',
    ],
    [
      'an old workflow on the branch',
      { match: '^workflow run', code: 1, stderr: 'HTTP 422: Unexpected inputs provided' },
      'cannot be started so',
      'up to date',
    ],
    [
      'no right to start one',
      { match: '^workflow run', code: 1, stderr: 'HTTP 403: Must have admin rights' },
      'may not start workflows',
      'may write',
    ],
  ];
  test.for(answers)('%s', async ([, answer, what, fix]) => {
    const { code, stderr } = await rerecord(remoteRepository().clone('feature'), [], [answer]);

    expect(stderr).toContain(what);
    expect(stderr).toContain(fix);
    expect(code).toBe(2);
  });
});
