import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import manifest from '../package.json' with { type: 'json' };
import { commands } from '../src/commands/index.ts';
import { cleanEnvironment, reel } from './reel.ts';
import { temporaryFolder } from './temporary-folder.ts';

const built = fileURLToPath(new URL('../dist/main.js', import.meta.url));

test('reel --help names every command', async () => {
  const { code, stdout, stderr } = await reel(['--help'], { cwd: temporaryFolder() });

  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  for (const { name, summary } of commands)
    expect(stdout).toMatch(new RegExp(`^  ${name} +${summary.slice(0, 20)}`, 'm'));
});

test.for(commands.map(({ name }) => name))(
  'reel %s --help shows usage, options and an example',
  async (name) => {
    const cwd = temporaryFolder();
    const { code, stdout, stderr } = await reel([name, '--help'], { cwd });

    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain(`usage  reel ${name} `);
    expect(stdout).toMatch(/--json/);
    expect(stdout).toMatch(new RegExp(`^examples\n  .*reel ${name}`, 'm'));
    expect((await reel(['help', name], { cwd })).stdout).toBe(stdout);
  },
);

test('help is there within 150 ms', ({ skip }) => {
  if (!existsSync(built)) skip('the package is not built');
  const env = cleanEnvironment();
  const time = (words: readonly string[]): number => {
    const start = performance.now();
    execFileSync(process.execPath, words, { env, stdio: 'ignore' });
    return performance.now() - start;
  };
  // Other work on the machine makes one try slow, and never makes one fast.
  const isFast = (words: readonly string[]): boolean =>
    Array.from({ length: 20 }).some(() => time(words) < 150);

  expect(isFast([built, '--help'])).toBe(true);
  const slow = commands.filter(({ name }) => !isFast([built, name, '--help']));
  expect(slow.map(({ name }) => name)).toEqual([]);
});

test('without a command, the help goes to stderr and the exit code is 2', async () => {
  const { code, stdout, stderr } = await reel([], { cwd: temporaryFolder() });

  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toContain('usage  reel <command>');
});

test('reel --version is the version of the package', async () => {
  const { code, stdout } = await reel(['--version'], { cwd: temporaryFolder() });

  expect({ code, stdout }).toEqual({ code: 0, stdout: `${manifest.version}\n` });
});

test.for([
  { words: ['chekc'], says: 'there is no command "chekc"\n  did you mean check?' },
  { words: ['frobnicate'], says: 'there is no command "frobnicate"\n  help: reel --help' },
  { words: ['--josn'], says: 'there is no option --josn before a command' },
  { words: ['ls', '--jsno'], says: 'there is no option --jsno\n  did you mean --json?' },
  { words: ['ls', '-x'], says: 'there is no option -x' },
  { words: ['ls', '--json=yes'], says: '--json takes no value' },
  { words: ['ls', '--config'], says: '--config needs a value\n  write --config <file>' },
  { words: ['ls', '--config', '--json'], says: '--config needs a value, and is followed by --json' },
  { words: ['proxy', 'extra'], says: 'it takes no arguments, and was given "extra"' },
])('reel $words is refused with what to do', async ({ words, says }) => {
  const { code, stderr } = await reel(words, { cwd: temporaryFolder() });

  expect(code).toBe(2);
  expect(stderr).toContain(says);
  expect(stderr).not.toMatch(/^ +at /m);
});

test('with --json a refusal is a document, too', async () => {
  const { code, stdout } = await reel(['ls', '--json', '--colour'], { cwd: temporaryFolder() });

  expect(code).toBe(2);
  expect(JSON.parse(stdout)).toEqual({ error: { code: 'usage', what: 'there is no option --colour' } });
});

test('colors are for terminals, and for who asks', async () => {
  const cwd = temporaryFolder();
  const colored = (env: Record<string, string>): boolean =>
    execFileSync(process.execPath, [built, '--help'], {
      cwd,
      env: cleanEnvironment(env),
      stdio: ['ignore', 'pipe', 'ignore'],
    }).includes('\u001B[');

  expect(colored({})).toBe(false);
  expect(colored({ CI: 'true' })).toBe(false);
  expect(colored({ FORCE_COLOR: '1' })).toBe(true);
  expect(colored({ FORCE_COLOR: '1', NO_COLOR: '1' })).toBe(false);
});

describe('a command with commands of its own', () => {
  const cwd = temporaryFolder;

  test('lists them', async () => {
    const { code, stderr } = await reel(['ci'], { cwd: cwd() });
    expect({ code, isList: /collect .+\n {2}accept /.test(stderr) }).toEqual({ code: 2, isList: true });
    expect((await reel(['ci', '--help'], { cwd: cwd() })).stdout).toContain('usage  reel ci <step>');
  });

  test('shows the help of each, and guesses at what was meant', async () => {
    const help = await reel(['ci', 'push', '--help'], { cwd: cwd() });
    expect(help.stdout).toContain('usage  reel ci push --branch <name>');
    const { code, stderr } = await reel(['ci', 'pusch'], { cwd: cwd() });
    expect({ code, isGuess: stderr.includes('did you mean ci push?') }).toEqual({ code: 2, isGuess: true });
  });
});
