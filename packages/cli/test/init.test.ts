import { execFileSync } from 'node:child_process';
import {
  accessSync,
  chmodSync,
  constants,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startProviders, type Simulator } from '@reel/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { hasTerminal, reelAtTerminal } from './at-terminal.ts';
import { reel, run, type Ran } from './reel.ts';
import { temporaryFolder, writeFiles } from './temporary-folder.ts';
import { upstreamsText, vitestCommand, vitestProject } from './vitest-project.ts';

const main = fileURLToPath(new URL('../src/main.ts', import.meta.url));

let provider: Simulator;
beforeAll(async () => {
  provider = await startProviders();
});
afterAll(() => provider.close());

const git = (folder: string, ...words: string[]): string =>
  execFileSync('git', words, { cwd: folder, encoding: 'utf8' }).trim();

/** All files with their text, but those of git and of installed packages. */
function filesOf(folder: string): Record<string, string> {
  return Object.fromEntries(
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .filter((path) => !/[/\\](?:\.git|node_modules)[/\\]/.test(path))
      .map((path) => [path.slice(folder.length + 1).replaceAll('\\', '/'), readFileSync(path, 'utf8')]),
  );
}

const packageJson = (more: Record<string, unknown> = {}): string =>
  JSON.stringify(
    { type: 'module', devDependencies: { vitest: '*', '@reel/vitest': '*', '@reel/cli': '*' }, ...more },
    null,
    2,
  );

test('an empty project is set up, records, and replays green', async () => {
  const cwd = vitestProject({ '.github/CODEOWNERS': '' });
  git(cwd, 'init', '-q');

  const first = await reel(['init', '--yes'], { cwd });

  expect(first.code).toBe(0);
  expect(first.stderr).toBe('');
  expect(Object.keys(filesOf(cwd)).toSorted()).toEqual([
    '.gitattributes',
    '.github/CODEOWNERS',
    '.github/workflows/reel.yml',
    '.gitignore',
    'ask.js',
    'chat.test.js',
    'package.json',
    'reel.config.js',
    'vitest.config.js',
  ]);
  expect(first.stdout).toMatch(
    /vitest\.config\.js {2}gives every Vitest test a cassette\n {2}\+import \{ reel \}/,
  );
  expect(first.stdout).toContain('npx reel record -- npx vitest run');

  const env = { OPENAI_API_KEY: 'sk-init', REEL_UPSTREAMS: upstreamsText(provider.upstreams) };
  expect((await reel(['record', '--', ...vitestCommand], { cwd, env })).code).toBe(0);
  const replayed = await reel(['replay', '--', ...vitestCommand], { cwd, env: { CI: 'true' } });
  expect(replayed.stdout).toContain('1 replayed');
  expect(replayed.code).toBe(0);

  const attributes = git(cwd, 'check-attr', '-a', 'cassettes/chat/answers.jsonl');
  expect(attributes).toContain('diff: reel');
  expect(attributes).toContain('linguist-generated: true');
  expect(git(cwd, 'config', 'diff.reel.textconv')).toBe('node_modules/.bin/reel show --textconv');
});

test('a second run changes nothing', async () => {
  const cwd = vitestProject({
    '.github/x': '',
    '.gitlab-ci.yml': 'stages: [test]\n',
    '.circleci/config.yml': 'version: 2.1\n',
  });
  git(cwd, 'init', '-q');
  await reel(['init', '--yes'], { cwd });
  const before = filesOf(cwd);

  const { code, stdout } = await reel(['init', '--yes'], { cwd });

  expect(code).toBe(0);
  expect(stdout).toContain('everything is set up already; nothing was changed');
  expect(filesOf(cwd)).toEqual(before);
});

test('--dry-run shows everything and writes nothing', async () => {
  const cwd = vitestProject({ '.gitlab-ci.yml': 'stages: [test]\n' });
  git(cwd, 'init', '-q');
  const before = filesOf(cwd);

  const { code, stdout } = await reel(['init', '--dry-run'], { cwd });

  expect(code).toBe(0);
  expect(stdout).toContain('+export default defineConfig({ plugins: [reel()] });');
  expect(stdout).toContain('git config diff.reel.textconv');
  expect(stdout).toMatch(/\d changes, none of them made/);
  expect(filesOf(cwd)).toEqual(before);
  expect(existsSync(join(cwd, '.git/hooks/pre-commit'))).toBe(false);
});

test('git takes no leftovers of an interrupted recording, and takes its cassettes', async () => {
  const cwd = vitestProject({ '.gitignore': 'node_modules' });
  git(cwd, 'init', '-q');
  expect((await reel(['init', '--yes'], { cwd })).code).toBe(0);
  const files = [
    '.asks.jsonl.123-0a1b2c-d3e4f5a6.journal',
    '.asks.jsonl.123-0a1b2c-d3e4f5a6.tmp',
    'asks.jsonl.lock',
    'asks.jsonl',
  ];
  mkdirSync(join(cwd, 'test/cassettes/chat'), { recursive: true });
  for (const name of files) writeFileSync(join(cwd, 'test/cassettes/chat', name), '');

  git(cwd, 'add', '-A');

  expect(git(cwd, 'ls-files', 'test')).toBe('test/cassettes/chat/asks.jsonl');
  expect(git(cwd, 'ls-files', 'node_modules')).toBe('');
});

describe('at a terminal', () => {
  const enter = '\r';

  test('it asks what to set up, and before each change that it has shown', async ({ skip }) => {
    if (!hasTerminal) skip('there is no Python to make a terminal');
    const cwd = temporaryFolder({ 'package.json': packageJson() });

    const { code, stdout } = await reelAtTerminal(
      ['init'],
      [
        ['Which test runners?', enter],
        ['Replay the tests in which CI?', enter],
        ['before every commit?', enter],
        ['Write reel.config.js?', enter],
        ['Write vitest.config.js?', 'n'],
        ['Write .gitattributes?', enter],
        ['Write .gitignore?', 'n'],
      ],
      cwd,
    );

    expect(code).toBe(0);
    expect(stdout).toContain('Which test runners?');
    expect(stdout).toContain('2 of 4 changes made');
    expect(Object.keys(filesOf(cwd)).toSorted()).toEqual([
      '.gitattributes',
      'package.json',
      'reel.config.js',
    ]);
  });

  test('Ctrl-C leaves everything as it was', async ({ skip }) => {
    if (!hasTerminal) skip('there is no Python to make a terminal');
    const cwd = temporaryFolder({ 'package.json': packageJson() });

    const { code, stdout } = await reelAtTerminal(['init'], [['Which test runners?', '\u0003']], cwd);

    expect(code).toBe(2);
    expect(stdout).toContain('nothing was written');
    expect(Object.keys(filesOf(cwd))).toEqual(['package.json']);
  });
});

test('without a terminal it asks to be told what to do', async () => {
  const { code, stderr } = await reel(['init'], { cwd: vitestProject() });

  expect(code).toBe(2);
  expect(stderr).toMatch(/there is no terminal to ask at\n {2}add --yes/);
});

test('without a package.json it says where it has to be run', async () => {
  const { code, stderr } = await reel(['init', '--yes'], { cwd: temporaryFolder() });

  expect(code).toBe(2);
  expect(stderr).toContain('there is no package.json in');
});

test('--json says what was done, and what is left to do by hand', async () => {
  const cwd = temporaryFolder({ 'package.json': '{"devDependencies":{"vitest":"5"}}', 'pnpm-lock.yaml': '' });

  const { stdout } = await reel(['init', '--yes', '--json', '--ci', 'github'], { cwd });

  expect(JSON.parse(stdout)).toEqual({
    dryRun: false,
    runners: ['vitest'],
    ci: ['github'],
    steps: [
      { path: 'reel.config.mjs', action: 'created' },
      { path: 'vitest.config.mjs', action: 'created' },
      { path: '.gitattributes', action: 'created' },
      { path: '.gitignore', action: 'created' },
      { path: '.github/workflows/reel.yml', action: 'created' },
    ],
    byHand: [{ title: 'packages to install', text: 'pnpm add --save-dev @reel/cli @reel/vitest' }],
    next: ['pnpm exec reel record -- pnpm exec vitest run', 'pnpm exec reel replay -- pnpm exec vitest run'],
  });
});

describe('the config of a runner', () => {
  async function init(files: Record<string, string>): Promise<{ cwd: string; stdout: string }> {
    const cwd = temporaryFolder(files);
    const { code, stdout, stderr } = await reel(['init', '--yes'], { cwd });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    return { cwd, stdout };
  }
  const read = (cwd: string, path: string): string => readFileSync(join(cwd, path), 'utf8');

  test('Vitest: the plugin is added, and the rest stays', async () => {
    const config = `import { defineConfig } from 'vitest/config';

// Slow machines.
export default defineConfig({
  plugins: [other()],
  test: { testTimeout: 20_000 },
});
`;
    const { cwd } = await init({
      'package.json': packageJson(),
      'tsconfig.json': '{}',
      'vitest.config.ts': config,
    });

    const after = read(cwd, 'vitest.config.ts');
    expect(after).toContain(`import { reel } from '@reel/vitest';`);
    expect(after).toContain('plugins: [other(), reel()]');
    expect(after).toContain('// Slow machines.\nexport default defineConfig({');
    expect(after).toContain('testTimeout: 20_000');
    expect(read(cwd, 'reel.config.ts')).toContain('} satisfies ReelOptions;');
  });

  test('Vitest: a config that a function makes is left alone, and the edit is printed', async () => {
    const config = `export default defineConfig(() => ({ test: {} }));\n`;
    const { cwd, stdout } = await init({ 'package.json': packageJson(), 'vitest.config.js': config });

    expect(read(cwd, 'vitest.config.js')).toBe(config);
    expect(stdout).toContain('by hand  vitest.config.js could not be edited safely');
    expect(stdout).toContain('export default defineConfig({ plugins: [reel()] });');
  });

  test('Jest: an ES module is wrapped, a CommonJS one is not touched', async () => {
    const devDependencies = { jest: '*', '@reel/jest': '*', '@reel/cli': '*' };
    const esm = await init({
      'package.json': packageJson({ devDependencies }),
      'jest.config.js': 'export default { testEnvironment: "node" };\n',
    });
    expect(read(esm.cwd, 'jest.config.js')).toContain('export default withReel({');

    const common = 'module.exports = { testEnvironment: "node" };\n';
    const cjs = await init({
      'package.json': packageJson({ devDependencies, type: 'commonjs' }),
      'jest.config.js': common,
    });
    expect(read(cjs.cwd, 'jest.config.js')).toBe(common);
    expect(cjs.stdout).toContain(`const { withReel } = require('@reel/jest');`);

    const none = await init({ 'package.json': packageJson({ devDependencies }) });
    expect(read(none.cwd, 'jest.config.cjs')).toContain('module.exports = withReel({});');
  });

  test('Mocha: the plugin is one more of what is required', async () => {
    const devDependencies = { mocha: '*', '@reel/mocha': '*', '@reel/cli': '*' };
    const { cwd } = await init({
      'package.json': packageJson({ devDependencies }),
      '.mocharc.json': '{\n    "require": "./setup.js",\n    "timeout": 5\n}\n',
    });
    expect(read(cwd, '.mocharc.json')).toBe(
      '{\n    "require": [\n        "./setup.js",\n        "@reel/mocha"\n    ],\n    "timeout": 5\n}\n',
    );

    const yaml = await init({
      'package.json': packageJson({ devDependencies }),
      '.mocharc.yml': 'timeout: 5\n',
    });
    expect(read(yaml.cwd, '.mocharc.yml')).toBe('timeout: 5\n');
    expect(yaml.stdout).toContain(`require: ['@reel/mocha']`);
  });

  test('Playwright: the config is wrapped, and tests are told where `test` comes from', async () => {
    const devDependencies = { '@playwright/test': '*', '@reel/playwright': '*', '@reel/cli': '*' };
    const config = `import { defineConfig } from '@playwright/test';\n\nexport default defineConfig({ testDir: 'e2e' });\n`;
    const { cwd, stdout } = await init({
      'package.json': packageJson({ devDependencies }),
      'playwright.config.ts': config,
    });

    expect(read(cwd, 'playwright.config.ts')).toContain(
      `export default withReel(defineConfig({ testDir: 'e2e' }));`,
    );
    expect(stdout).toContain(`import { expect, test } from '@reel/playwright';`);
  });

  test('two runners get one folder of cassettes', async () => {
    const devDependencies = { vitest: '*', mocha: '*' };
    const { cwd, stdout } = await init({ 'package.json': packageJson({ devDependencies }) });

    expect(read(cwd, 'reel.config.js')).toContain(`dir: 'cassettes',`);
    expect(stdout).toContain('npm install --save-dev @reel/cli @reel/vitest @reel/mocha');
  });
});

describe('the pre-commit hook', () => {
  async function init(files: Record<string, string>, folder = '.'): Promise<{ cwd: string; stdout: string }> {
    const cwd = temporaryFolder(files);
    git(cwd, 'init', '-q');
    const { code, stdout } = await reel(['init', '--yes'], { cwd: join(cwd, folder) });
    expect(code).toBe(0);
    return { cwd, stdout };
  }
  const read = (cwd: string, path: string): string => readFileSync(join(cwd, path), 'utf8');

  test('is a script of git where nothing else runs hooks', async () => {
    const { cwd } = await init({ 'package.json': packageJson() });

    expect(read(cwd, '.git/hooks/pre-commit')).toBe('#!/bin/sh\nnpx reel check --staged\n');
    accessSync(join(cwd, '.git/hooks/pre-commit'), constants.X_OK);
  });

  test('knows the folder of a package in a larger repository', async () => {
    const { cwd } = await init({ 'packages/app/package.json': packageJson() }, 'packages/app');

    expect(read(cwd, '.git/hooks/pre-commit')).toBe(
      '#!/bin/sh\n(cd packages/app && npx reel check --staged)\n',
    );
    expect(git(cwd, 'config', 'diff.reel.textconv')).toBe(
      'packages/app/node_modules/.bin/reel show --textconv',
    );
  });

  test('leaves a script that is there alone', async () => {
    const cwd = temporaryFolder({ 'package.json': packageJson() });
    git(cwd, 'init', '-q');
    writeFiles(cwd, { '.git/hooks/pre-commit': '#!/bin/sh\nmine\n' });

    const { stdout } = await reel(['init', '--yes'], { cwd });

    expect(read(cwd, '.git/hooks/pre-commit')).toBe('#!/bin/sh\nmine\n');
    expect(stdout).toContain('add this line to it: npx reel check --staged');
  });

  test.for([
    {
      tool: 'husky',
      path: '.husky/pre-commit',
      text: 'npm test\n',
      after: 'npm test\nnpx reel check --staged\n',
    },
    {
      tool: 'lefthook',
      path: 'lefthook.yml',
      text: '# ours\npre-commit:\n  commands:\n    lint:\n      run: npm run lint\n',
      after:
        '# ours\npre-commit:\n  commands:\n    lint:\n      run: npm run lint\n    reel:\n      run: npx reel check --staged\n',
    },
  ])('is one more of $tool', async ({ path, text, after }) => {
    const { cwd } = await init({ 'package.json': packageJson(), [path]: text });

    expect(read(cwd, path)).toBe(after);
    expect(existsSync(join(cwd, '.git/hooks/pre-commit'))).toBe(false);
  });

  test('is one more of pre-commit', async () => {
    const path = '.pre-commit-config.yaml';
    const { cwd } = await init({ 'package.json': packageJson(), [path]: '# ours\nrepos: []\n' });

    expect(read(cwd, path)).toMatch(/^# ours\n/);
    expect(parse(read(cwd, path))).toEqual({
      repos: [
        {
          repo: 'local',
          hooks: [
            {
              id: 'reel',
              name: 'reel check',
              entry: 'npx reel check --staged',
              language: 'system',
              files: '\\.jsonl$',
              pass_filenames: false,
            },
          ],
        },
      ],
    });
  });

  test('refuses a damaged cassette, and git diff reads whole ones as transcripts', async ({ skip }) => {
    if (process.platform === 'win32') skip('the command is a shell script here');
    const cwd = vitestProject();
    git(cwd, 'init', '-q');
    writeFiles(cwd, {
      'node_modules/.bin/reel': `#!/bin/sh\nexec ${process.execPath} ${main} "$@"\n`,
      '.gitignore': 'node_modules\n',
    });
    chmodSync(join(cwd, 'node_modules/.bin/reel'), 0o755);
    await reel(['init', '--yes'], { cwd });
    const env = { OPENAI_API_KEY: 'sk-init', REEL_UPSTREAMS: upstreamsText(provider.upstreams) };
    await reel(['record', '--', ...vitestCommand], { cwd, env });
    const commit = (): Promise<Ran> =>
      run('git', ['-c', 'user.name=a', '-c', 'user.email=a@b.c', 'commit', '-q', '-m', 'x'], { cwd });

    git(cwd, 'add', '.');
    expect(await commit()).toMatchObject({ code: 0 });
    const cassette = join(cwd, 'cassettes/chat/answers.jsonl');
    const text = readFileSync(cassette, 'utf8');
    writeFileSync(cassette, text.replace('Say hello', 'Say goodbye'));
    const diff = await run('git', ['diff'], { cwd });
    expect(diff.stdout).toMatch(/^-.*Say hello$/m);
    expect(diff.stdout).toMatch(/^\+.*Say goodbye$/m);
    expect(diff.stdout).not.toContain('{"request"');

    writeFileSync(cassette, text.slice(0, -20));
    git(cwd, 'add', '.');
    const refused = await commit();
    expect(refused.code).toBe(1);
    expect(refused.stdout + refused.stderr).toContain('answers.jsonl');
  });

  test('is one more of simple-git-hooks, in package.json', async () => {
    const { cwd } = await init({
      'package.json': packageJson({ 'simple-git-hooks': { 'pre-commit': 'npm test' } }),
    });

    expect(JSON.parse(read(cwd, 'package.json'))).toMatchObject({
      'simple-git-hooks': { 'pre-commit': 'npm test && npx reel check --staged' },
    });
  });

  test('is left out with --no-hook', async () => {
    const cwd = temporaryFolder({ 'package.json': packageJson() });
    git(cwd, 'init', '-q');
    await reel(['init', '--yes', '--no-hook'], { cwd });

    expect(existsSync(join(cwd, '.git/hooks/pre-commit'))).toBe(false);
  });
});

describe('CI', () => {
  test('gets a job without keys that checks and replays, in every system', async () => {
    const cwd = temporaryFolder({
      'package.json': packageJson({ scripts: { test: 'vitest run' } }),
      'package-lock.json': '{}',
      '.gitlab-ci.yml': '# ours\nstages: [test]\n',
      '.circleci/config.yml': 'version: 2.1\njobs:\n  build: # ours\n    docker: [{ image: a }]\n',
    });
    await reel(['init', '--yes', '--ci', 'github', '--ci', 'gitlab', '--ci', 'circleci'], { cwd });
    const read = (path: string): string => readFileSync(join(cwd, path), 'utf8');
    const commands = ['npm ci', 'npx reel check', 'npx reel replay -- npm test'];

    const github = parse(read('.github/workflows/reel.yml')) as {
      jobs: { replay: { steps: { run?: string }[] } };
    };
    expect(github.jobs.replay.steps.flatMap(({ run }) => run ?? [])).toEqual(commands);
    expect(read('.gitlab-ci.yml')).toMatch(
      /^# ours\nstages: \[ ?test ?\]\ninclude:\n {2}- local: \.gitlab\/reel\.yml\n$/,
    );
    expect(parse(read('.gitlab/reel.yml'))).toMatchObject({ reel: { script: commands } });
    const circle = parse(read('.circleci/config.yml')) as {
      jobs: Record<string, { steps: unknown[] }>;
      workflows: unknown;
    };
    expect(Object.keys(circle.jobs)).toEqual(['build', 'reel']);
    expect(circle.jobs['reel']!.steps).toEqual(['checkout', ...commands.map((run) => ({ run }))]);
    expect(circle.workflows).toEqual({ reel: { jobs: ['reel'] } });
    expect(read('.circleci/config.yml')).toContain('# ours');
    for (const path of ['.github/workflows/reel.yml', '.gitlab/reel.yml', '.circleci/config.yml']) {
      expect(read(path)).not.toMatch(/API_KEY|REEL_ALLOW_RECORD/);
    }
  });

  test('whose file is broken is left alone', async () => {
    const cwd = temporaryFolder({ 'package.json': packageJson(), '.circleci/config.yml': 'a: [\n' });
    const { stdout } = await reel(['init', '--yes'], { cwd });

    expect(readFileSync(join(cwd, '.circleci/config.yml'), 'utf8')).toBe('a: [\n');
    expect(stdout).toContain('.circleci/config.yml could not be edited safely');
  });
});
