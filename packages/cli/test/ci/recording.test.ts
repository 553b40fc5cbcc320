import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { startProviders, type Simulator } from '@reel/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { testCommand } from '../../src/ci/test-command.ts';
import { call, cassette, git } from '../library-fixtures.ts';
import { reel, type Ran } from '../reel.ts';
import { temporaryFolder, writeFiles } from '../temporary-folder.ts';
import { configured, upstreamsText, vitestCommand, vitestProject } from '../vitest-project.ts';

let provider: Simulator;
beforeAll(async () => {
  provider = await startProviders();
});
afterAll(() => provider.close());

const command = vitestCommand.join(' ');

const oneTest = (name: string, prompt: string): string => `import { expect, test } from 'vitest';
import { ask } from './ask.js';
test(${JSON.stringify(name)}, async () => { expect(await ask(${JSON.stringify(prompt)})).toBeTypeOf('string'); });
`;

/** A project in a repository, with a bare one as its remote, on the branch `feature`. */
function project(files: Readonly<Record<string, string>> = {}): { cwd: string; remote: string } {
  const cwd = vitestProject({ ...configured, '.gitignore': 'node_modules\n', ...files });
  git(cwd, 'init', '-q', '-b', 'main');
  git(cwd, 'add', '-A');
  git(cwd, 'commit', '-q', '-m', 'first');
  const remote = join(temporaryFolder(), 'remote.git');
  git(cwd, 'clone', '-q', '--bare', cwd, remote);
  git(cwd, 'remote', 'add', 'origin', remote);
  git(cwd, 'switch', '-q', '-c', 'feature');
  git(cwd, 'push', '-q', '-u', 'origin', 'feature');
  return { cwd, remote };
}

function ci(cwd: string, words: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Ran> {
  return reel(['ci', ...words], { cwd, env: { CI: 'true', ...env } });
}

const keyed = (): Record<string, string> => ({
  OPENAI_API_KEY: 'sk-for-the-simulator',
  REEL_UPSTREAMS: upstreamsText(provider.upstreams),
});

test('the steps of the workflow take a recording from one clone to the branch', async () => {
  const { cwd, remote } = project();
  const out = join(temporaryFolder(), 'reel-cassettes');

  const recorded = await ci(
    cwd,
    ['test', '--mode=record', '--tests=', '--runner=', '--provider=', `--command=${command}`],
    keyed(),
  );
  expect(recorded.code, recorded.stderr + recorded.stdout).toBe(0);
  const replayed = await ci(cwd, ['test', '--mode=replay', `--command=${command}`]);
  expect(replayed.stdout).toContain('1 replayed');
  expect((await ci(cwd, ['collect', '--out', out])).stdout).toBe('cassettes/chat/answers.jsonl\n');

  const clone = join(temporaryFolder(), 'clone');
  git(cwd, 'clone', '-q', '--branch', 'feature', remote, clone);
  expect((await ci(clone, ['accept', '--folder=', out])).stderr).toContain(': taken');
  expect((await ci(clone, ['push', '--branch=feature', '--never=main', '--never=', '--folder='])).code).toBe(
    0,
  );
  expect(git(remote, 'show', '--stat=200', '--format=%an', 'feature')).toMatch(
    /^github-actions\[bot\]\n\n cassettes\/chat\/answers\.jsonl \| /,
  );
});

test('only new tests are recorded with record-if-missing', async () => {
  const { cwd } = project();
  await ci(cwd, ['test', '--mode=record', `--command=${command}`], keyed());
  git(cwd, 'add', '-A');
  git(cwd, 'commit', '-q', '-m', 'recorded');
  writeFiles(cwd, { 'more.test.js': oneTest('more', 'Say more') });

  const { code } = await ci(cwd, ['test', '--mode=record-if-missing', `--command=${command}`], keyed());

  expect(code).toBe(0);
  expect(git(cwd, 'status', '--porcelain', '-uall', 'cassettes')).toBe('?? cassettes/more/more.jsonl\n');
});

test('a name and a file choose tests', async () => {
  const { cwd } = project({
    'a.test.js': oneTest('first one', 'A'),
    'b.test.js': oneTest('second (b)', 'B'),
  });
  const byName = ['test', '--mode=record', '--tests=first one', `--command=${command}`];
  expect((await ci(cwd, byName, keyed())).code).toBe(0);
  expect(git(cwd, 'status', '--porcelain', '-uall', 'cassettes')).toBe('?? cassettes/a/first-one.jsonl\n');

  expect(
    (await ci(cwd, ['test', '--mode=record', '--tests=b.test.js', `--command=${command}`], keyed())).code,
  ).toBe(0);
  expect(existsSync(join(cwd, 'cassettes/b'))).toBe(true);
  expect(existsSync(join(cwd, 'cassettes/chat'))).toBe(false);
});

test('one provider is recorded anew, and the others are replayed', async () => {
  const other = cassette([call({ prompt: 'x' }, { text: 'y' }, 'https://api.anthropic.com/v1/messages')]);
  const { cwd } = project({ 'cassettes/other/claude.jsonl': other });
  await ci(cwd, ['test', '--mode=record', `--command=${command}`], keyed());
  git(cwd, 'add', '-A');
  git(cwd, 'commit', '-q', '-m', 'recorded');
  const words = ['test', '--mode=record', '--provider=openai', `--command=${command}`];
  const before = readFileSync(join(cwd, 'cassettes/chat/answers.jsonl'), 'utf8');

  const { code, stderr } = await ci(cwd, words, keyed());

  expect({ code, isTold: stderr.includes('1 cassette with calls to openai') }).toEqual({
    code: 0,
    isTold: true,
  });
  expect(readFileSync(join(cwd, 'cassettes/chat/answers.jsonl'), 'utf8').split('\n').slice(1)).toEqual(
    before.split('\n').slice(1),
  );
  expect(existsSync(join(cwd, 'cassettes/other/claude.jsonl'))).toBe(true);
  expect((await ci(cwd, [...words, '--provider=mistral'], keyed())).stderr).toContain(
    'there are calls to: anthropic, openai',
  );
  const local = await reel(['ci', ...words], { cwd });
  expect({ code: local.code, isTold: local.stderr.includes('this is not CI') }).toEqual({
    code: 2,
    isTold: true,
  });
});

test('without keys a call is not recorded, and the run is red', async () => {
  const { cwd } = project();
  const { code, stdout, stderr } = await ci(cwd, ['test', '--mode=record', `--command=${command}`]);

  expect(code).not.toBe(0);
  expect(stdout + stderr).toContain('REEL_NO_API_KEY');
  expect(existsSync(join(cwd, 'cassettes/chat/answers.jsonl'))).toBe(false);
});

describe('the command that runs tests', () => {
  const folder = (devDependencies: Record<string, string>): string =>
    temporaryFolder({ 'package.json': JSON.stringify({ devDependencies }), 'tests/chat.test.ts': '' });

  test.for([
    ['vitest', 'vitest', ['npx', 'vitest', 'run', 'tests', '--testNamePattern=refuses']],
    ['jest', 'jest', ['npx', 'jest', 'tests', '--testNamePattern=refuses']],
    ['mocha', 'mocha', ['npx', 'mocha', 'tests', '--grep=refuses']],
    ['playwright', '@playwright/test', ['npx', 'playwright', 'test', 'tests', '--grep=refuses']],
  ] as const)('is that of %s', ([, dependency, words]) => {
    expect(testCommand(folder({ [dependency]: '*' }), { tests: ['tests', 'refuses'] })).toEqual(words);
  });

  test('has to be told which of several runners', () => {
    const cwd = folder({ vitest: '*', jest: '*' });
    expect(() => testCommand(cwd, { tests: [] })).toThrow('several test runners: vitest, jest');
    expect(testCommand(cwd, { tests: [], runner: 'jest' })).toEqual(['npx', 'jest']);
    expect(() => testCommand(cwd, { tests: [], runner: 'jst' })).toThrow('there is no runner "jst"');
  });

  test('takes several names as one filter', () => {
    expect(testCommand(folder({ jest: '*' }), { tests: ['one', 'two'] })).toEqual([
      'npx',
      'jest',
      '--testNamePattern=(?:one)|(?:two)',
    ]);
  });

  test('makes no option and no shell text of what was asked for', async () => {
    const cwd = folder({ jest: '*' });
    writeFiles(cwd, { 'print.cjs': 'console.log(JSON.stringify(process.argv.slice(2)))' });
    const evil = ['--config=evil.js', '$(touch proof); `touch proof` && touch proof', "'; touch proof; '"];
    const text = `${process.execPath} print.cjs`;
    const words = evil.flatMap((test) => ['--tests', `x${test}`]);
    const { stdout } = await ci(cwd, ['test', ...words, '--runner=jest', `--command=${text}`]);

    expect(JSON.parse(stdout)).toEqual([`--testNamePattern=${evil.map((name) => `(?:x${name})`).join('|')}`]);
    expect(existsSync(join(cwd, 'proof'))).toBe(false);
    expect(testCommand(cwd, { tests: ['--config=evil.js'] })).toEqual([
      'npx',
      'jest',
      '--testNamePattern=--config=evil.js',
    ]);
  });
});
