import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startProviders, type Simulator } from '@reel/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { git, secret } from '../library-fixtures.ts';
import { reel, run, type Ran } from '../reel.ts';
import { writeFiles } from '../temporary-folder.ts';
import { upstreamsText, vitestProject } from '../vitest-project.ts';
import { greeting, tape } from './remote.ts';

const docs = fileURLToPath(new URL('../../../../docs/ci', import.meta.url));
const main = fileURLToPath(new URL('../../src/main.ts', import.meta.url));

let provider: Simulator;
beforeAll(async () => {
  provider = await startProviders();
});
afterAll(() => provider.close());

interface System {
  readonly ci: 'circleci' | 'github' | 'gitlab';
  readonly guide: string;
  readonly file: string;
  /** The scripts of the job. */
  readonly scripts: (document: never) => (string | undefined)[];
}

const systems: readonly System[] = [
  {
    ci: 'github',
    guide: 'github-actions.md',
    file: '.github/workflows/reel.yml',
    scripts: ({ jobs }: { jobs: { replay: { steps: { run?: string }[] } } }) =>
      jobs.replay.steps.map((step) => step.run),
  },
  {
    ci: 'gitlab',
    guide: 'gitlab.md',
    file: '.gitlab-ci.yml',
    scripts: (document: { reel: { script: string[] } }) => document.reel.script,
  },
  {
    ci: 'circleci',
    guide: 'circleci.md',
    file: '.circleci/config.yml',
    scripts: ({ jobs }: { jobs: { reel: { steps: (string | { run: string })[] } } }) =>
      jobs.reel.steps.map((step) => (typeof step === 'string' ? undefined : step.run)),
  },
];

/** Commands of the project's own packages, as an install puts them there. */
function linkBinaries(cwd: string): void {
  mkdirSync(join(cwd, 'node_modules/.bin'), { recursive: true });
  const binaries = { reel: main, vitest: join(cwd, 'node_modules/vitest/vitest.mjs') };
  for (const [name, target] of Object.entries(binaries)) {
    const path = join(cwd, 'node_modules/.bin', name);
    writeFileSync(
      path,
      `#!/bin/sh\nexec "${process.execPath}" --disable-warning=ExperimentalWarning "${target}" "$@"\n`,
    );
    chmodSync(path, 0o755);
  }
}

describe.for(systems)('the guide for $ci', ({ ci, guide, file, scripts }) => {
  test('shows what reel init writes', async () => {
    const cwd = vitestProject({ 'package-lock.json': '{}' });
    git(cwd, 'init', '-q');
    await reel(['init', '--yes', '--ci', ci], { cwd });
    const text = readFileSync(join(docs, guide), 'utf8');
    const block = /^`([^`]+)`:\n\n```yaml\n([\s\S]*?)```$/m.exec(text);

    expect(block?.[1]).toBe(file);
    expect(block?.[2]).toBe(readFileSync(join(cwd, file), 'utf8'));
    expect(block?.[2]).not.toMatch(/KEY|TOKEN|secrets|REEL_ALLOW_RECORD/);
  });

  test('can be followed from the start: green, and red on a miss and on a secret', async ({ skip }) => {
    if (process.platform === 'win32') skip('the commands of the packages are shell scripts here');
    const cwd = vitestProject({ 'package-lock.json': '{}' });
    linkBinaries(cwd);
    git(cwd, 'init', '-q');
    const shell = (command: string, env: Readonly<Record<string, string>> = {}): Promise<Ran> =>
      run('bash', ['-e', '-c', command], { cwd, env });
    expect((await shell(`npx reel init --yes --ci ${ci}`)).code).toBe(0);
    const recorded = await shell('npx reel record -- npx vitest run', {
      OPENAI_API_KEY: 'sk-guide',
      REEL_UPSTREAMS: upstreamsText(provider.upstreams),
    });
    expect(recorded.code, recorded.stdout + recorded.stderr).toBe(0);
    // What the job runs, but for the install.
    const job = scripts(parse(readFileSync(join(cwd, file), 'utf8')) as never)
      .filter((script): script is string => script !== undefined)
      .filter((script) => !script.startsWith('npm ci'));
    expect(job).toHaveLength(2);
    const asJob = (): Promise<Ran> => shell(job.join('\n'), { CI: 'true' });

    const green = await asJob();
    expect(green.stdout + green.stderr).toContain('1 replayed');
    expect(green.code).toBe(0);

    const calls = provider.requests.length;
    writeFiles(cwd, {
      'chat.test.js': readFileSync(join(cwd, 'chat.test.js'), 'utf8').replace('Say hello', 'Say goodbye'),
    });
    const missed = await asJob();
    expect(missed.code).not.toBe(0);
    expect(missed.stdout + missed.stderr).toContain('REEL_NO_MATCH');
    expect(provider.requests.length).toBe(calls);

    writeFiles(cwd, { [tape]: greeting(`a ${secret}`) });
    const leaked = await asJob();
    expect(leaked.code).toBe(1);
    expect(leaked.stdout).toContain('secret');
    expect(leaked.stdout + leaked.stderr).not.toContain('1 replayed');
  });
});

test('the check is one command, with files, with what is staged, and in the hook', async ({ skip }) => {
  if (process.platform === 'win32') skip('the commands of the packages are shell scripts here');
  const cwd = vitestProject({ '.gitignore': 'node_modules\n' });
  linkBinaries(cwd);
  git(cwd, 'init', '-q');
  await reel(['init', '--yes'], { cwd });
  git(cwd, 'add', '-A');
  git(cwd, 'commit', '-q', '-m', 'set up');
  writeFiles(cwd, { [tape]: greeting(`a ${secret}`), 'cassettes/chat/clean.jsonl': greeting('Hello') });

  expect((await reel(['check', 'cassettes/chat/clean.jsonl'], { cwd })).code).toBe(0);
  expect((await reel(['check', tape], { cwd })).code).toBe(1);
  git(cwd, 'add', 'cassettes/chat/clean.jsonl');
  expect((await reel(['check', '--staged'], { cwd })).code).toBe(0);
  git(cwd, 'commit', '-q', '-m', 'a clean one');
  git(cwd, 'add', tape);
  expect((await reel(['check', '--staged'], { cwd })).code).toBe(1);
  expect(() => git(cwd, 'commit', '-q', '-m', 'with a secret')).toThrow(/secret/);
  expect(git(cwd, 'log', '--format=%s').split('\n')[0]).toBe('a clean one');
});

test('the guides link to pages that exist', () => {
  const pages = ['README.md', 'rerecord.md', 'freshness.md', ...systems.map(({ guide }) => guide)];
  for (const page of pages) {
    const links = [...readFileSync(join(docs, page), 'utf8').matchAll(/\]\((?!https?:)([^)#]+)/g)];
    for (const [, link] of links)
      expect(() => readFileSync(join(docs, link!)), `${page}: ${link}`).not.toThrow();
  }
});
