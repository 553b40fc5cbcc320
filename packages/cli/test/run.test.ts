import { spawn } from 'node:child_process';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { existsSync, readFileSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startProviders, type Simulator } from '@reel/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { cleanEnvironment, reel } from './reel.ts';
import { temporaryFolder } from './temporary-folder.ts';
import { configured, upstreamsText, vitestCommand, vitestProject } from './vitest-project.ts';

let provider: Simulator;
beforeAll(async () => {
  provider = await startProviders();
});
afterAll(() => provider.close());

const node = (program: string): string[] => [process.execPath, '-e', program];
const printMode = node(
  'console.log(process.env.REEL_MODE, process.env.REEL_ALLOW_RECORD, process.env.REEL_CONFIG)',
);

describe('a command under reel run', () => {
  test.for([
    { words: ['run', '--mode', 'live'], mode: 'live' },
    { words: ['run', '-m', 'all'], mode: 'record' },
    { words: ['run', '--mode=new_episodes'], mode: 'record-if-missing' },
    { words: ['run'], mode: 'undefined' },
    { words: ['record'], mode: 'record' },
    { words: ['record', '--missing'], mode: 'record-if-missing' },
    { words: ['replay'], mode: 'replay' },
  ])('reel $words sets mode $mode', async ({ words, mode }) => {
    const { code, stdout } = await reel([...words, '--', ...printMode], { cwd: temporaryFolder() });

    expect({ code, stdout }).toEqual({ code: 0, stdout: `${mode} undefined undefined\n` });
  });

  test('gets its words untouched, with and without the two dashes', async () => {
    const cwd = temporaryFolder({ 'print.cjs': 'console.log(JSON.stringify(process.argv.slice(2)))' });
    const words = ['--mode', 'x', '--', '-h', '--json', "it's $HOME & *", ''];

    for (const dashes of [['--'], []]) {
      const { stdout } = await reel(['replay', ...dashes, process.execPath, 'print.cjs', ...words], { cwd });
      expect(JSON.parse(stdout)).toEqual(words);
    }
  });

  test('may follow our own options without the dashes', async () => {
    const cwd = temporaryFolder({ 'print.cjs': 'console.log(process.env.REEL_MODE, process.argv[2])' });
    const { stdout } = await reel(['run', '-m', 'live', process.execPath, 'print.cjs', '-m'], { cwd });

    expect(stdout).toBe('live -m\n');
  });

  test('reads our stdin and writes to our stdout and stderr', async () => {
    const program = node('process.stdin.pipe(process.stdout); console.error("to stderr")');
    const { stdout, stderr } = await reel(['replay', '--', ...program], {
      cwd: temporaryFolder(),
      stdin: 'to stdin',
    });

    expect({ stdout, stderr }).toEqual({ stdout: 'to stdin', stderr: 'to stderr\n' });
  });

  test.for([0, 1, 3, 255])('ends with exit code %i, and so do we', async (code) => {
    expect(
      await reel(['replay', '--', ...node(`process.exit(${code})`)], { cwd: temporaryFolder() }),
    ).toEqual({
      code,
      stdout: '',
      stderr: '',
    });
  });

  test('that a signal ends gives 128 and its number', async ({ skip }) => {
    if (process.platform === 'win32') skip('Windows has no signals');
    const { code } = await reel(['replay', '--', ...node('process.kill(process.pid, "SIGKILL")')], {
      cwd: temporaryFolder(),
    });

    expect(code).toBe(137);
  });

  test.for(['SIGTERM', 'SIGINT'] as const)(
    'gets our %s, and ends as it wants to',
    async (signal, { skip }) => {
      if (process.platform === 'win32') skip('Windows has no signals');
      const program = `process.on('${signal}', () => { console.log('tidied up'); process.exit(7); }); setInterval(() => {}, 1000); console.log('up')`;
      const main = fileURLToPath(new URL('../src/main.ts', import.meta.url));
      const child = spawn(process.execPath, [main, 'replay', '--', ...node(program)], {
        env: cleanEnvironment(),
      });
      let stdout = '';
      const code = await new Promise((resolve) => {
        child.stdout.on('data', (piece: Buffer) => {
          stdout += piece.toString();
          if (stdout === 'up\n') child.kill(signal);
        });
        child.on('close', resolve);
      });

      expect({ code, stdout }).toEqual({ code: 7, stdout: 'up\ntidied up\n' });
    },
  );

  test('that does not exist is 127, with one sentence', async () => {
    const { code, stderr } = await reel(['replay', '--', 'no-such-command', '--now'], {
      cwd: temporaryFolder(),
    });

    expect(code).toBe(127);
    expect(stderr).toMatch(/^reel replay: there is no command "no-such-command"\n {2}check its spelling/);
  });

  test('that is installed in the project is told to be called through npx', async () => {
    const cwd = temporaryFolder({ 'node_modules/.bin/local-runner': '' });

    expect((await reel(['replay', 'local-runner'], { cwd })).stderr).toContain('write npx local-runner');
  });

  test('that is missing altogether is wrong usage', async () => {
    const { code, stderr } = await reel(['replay', '--'], { cwd: temporaryFolder() });

    expect(code).toBe(2);
    expect(stderr).toContain('there is no command to run');
  });

  test('does not run in an unknown mode', async () => {
    const { code, stdout, stderr } = await reel(['run', '-m', 'recrod', '--', ...printMode], {
      cwd: temporaryFolder(),
    });

    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(
      /^REEL_UNKNOWN_MODE: there is no mode "recrod"\n {2}where: --mode\n {2}fix: {3}did you mean record\?/,
    );
  });

  test('that reel record ran and that left nothing is told of, because a runner without Reel says nothing', async () => {
    const cwd = temporaryFolder({ 'cassettes/a.jsonl': '' });
    const old = new Date(Date.now() - 60_000);
    for (const path of ['cassettes/a.jsonl', 'cassettes']) utimesSync(join(cwd, path), old, old);
    const hint =
      'reel record: nothing was recorded: no test asked an LLM, or Reel is not set up in their runner\n';

    const { code, stderr } = await reel(['record', '--', ...node('')], { cwd });
    expect(code).toBe(0);
    expect(stderr).toContain(hint);

    const writes = node("fs.writeFileSync('cassettes/b.jsonl', '')");
    expect((await reel(['record', '--', ...writes], { cwd })).stderr).toBe('');
  });

  test('does not record in CI, unless it is told to', async () => {
    const options = { cwd: temporaryFolder(), env: { CI: 'true' } };

    const refused = await reel(['record', '--', ...printMode], options);
    expect(refused).toMatchObject({ code: 2, stdout: '' });
    expect(refused.stderr).toMatch(/^REEL_RECORDING_IN_CI[^]*where: reel record\n/);
    expect((await reel(['record', '--allow-in-ci', '--', ...printMode], options)).stdout).toBe(
      'record 1 undefined\n',
    );
    expect((await reel(['replay', '--', ...printMode], options)).code).toBe(0);
  });

  test('finds the config that was named, wherever it goes', async () => {
    const cwd = temporaryFolder({ 'other.config.json': '{}' });

    const { stdout } = await reel(['replay', '--config', 'other.config.json', '--', ...printMode], { cwd });
    expect(stdout).toBe(`replay undefined ${join(cwd, 'other.config.json')}\n`);
  });

  test('leaves stdout to one document under --json', async () => {
    const { code, stdout, stderr } = await reel(
      ['replay', '--json', '--', ...node('console.log("hi"); process.exit(3)')],
      {
        cwd: temporaryFolder(),
      },
    );

    expect(code).toBe(3);
    expect(JSON.parse(stdout)).toMatchObject({ mode: 'replay', exitCode: 3, signal: null });
    expect(stderr).toBe('hi\n');
  });
});

describe('a real runner', () => {
  const recording = { OPENAI_API_KEY: 'sk-run' };

  test('records under reel record, replays under reel replay, and is red on a miss', async () => {
    const cwd = vitestProject(configured);
    const env = { ...recording, REEL_UPSTREAMS: upstreamsText(provider.upstreams) };

    const missed = await reel(['replay', '--', ...vitestCommand], { cwd });
    expect(missed.code).toBe(1);
    expect(missed.stdout + missed.stderr).toContain('REEL_CASSETTE_NOT_FOUND');

    const recorded = await reel(['record', '--', ...vitestCommand], { cwd, env });
    expect(recorded.stdout).toContain('1 recorded');
    expect(recorded.code).toBe(0);
    const cassette = join(cwd, 'cassettes/chat/answers.jsonl');
    const before = readFileSync(cassette, 'utf8');

    const replayed = await reel(['replay', '--', ...vitestCommand], { cwd });
    expect(replayed.stdout).toContain('1 replayed');
    expect(replayed.code).toBe(0);
    expect(readFileSync(cassette, 'utf8')).toBe(before);
  });

  test('under reel verify says what drifted, by severity, and what could not be looked at', async () => {
    const cwd = vitestProject(configured);
    const env = { ...recording, REEL_UPSTREAMS: upstreamsText(provider.upstreams) };
    await reel(['record', '--', ...vitestCommand], { cwd, env });
    const cassette = readFileSync(join(cwd, 'cassettes/chat/answers.jsonl'), 'utf8');

    const same = await reel(['verify', '--', ...vitestCommand], { cwd, env });
    expect(same.stdout).toMatch(/reel verify {2}1 call compared · no drift\n$/);
    expect(same.code).toBe(0);

    const answer = JSON.parse(/\{"response":1.*"json":(\{.*\})\}/.exec(cassette)![1]!) as Record<
      string,
      unknown
    >;
    const { usage: _, ...rest } = answer;
    const server = createServer((_request, response) => {
      response
        .setHeader('content-type', 'application/json')
        .end(JSON.stringify({ ...rest, created: 'today', cost: 1 }));
    });
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve);
    });
    const changed = {
      ...recording,
      REEL_UPSTREAMS: `https://api.openai.com=http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    };
    const drifted = await reel(['verify', '--', ...vitestCommand], { cwd, env: changed });
    const asJson = await reel(['verify', '--json', '--', ...vitestCommand], { cwd, env: changed });
    server.closeAllConnections();
    server.close();
    expect(drifted.code).toBe(1);
    expect(drifted.stdout).toContain(
      [
        'reel verify  1 call compared · 2 drifted · 1 note',
        '',
        '  POST api.openai.com/v1/chat/completions',
        '    error  created is text; it was a number (chat.test.js > answers)',
        '    error  usage is gone; it was an object (chat.test.js > answers)',
        '    note   cost is new: a number (chat.test.js > answers)',
      ].join('\n'),
    );
    expect(asJson.code).toBe(1);
    expect(JSON.parse(asJson.stdout)).toMatchObject({ compared: 1, exitCode: 1, notLooked: [] });
    expect(asJson.stderr).toContain('REEL_DRIFT');

    const blind = await reel(['verify', '--', ...vitestCommand], {
      cwd,
      env: { ...recording, REEL_UPSTREAMS: 'https://api.openai.com=http://127.0.0.1:9' },
    });
    expect(blind.code).toBe(1);
    expect(blind.stdout).toContain('0 calls compared · 1 could not be looked at');
    expect(blind.stdout).toContain(
      '    blind  the provider could not be reached (ECONNREFUSED) (chat.test.js > answers)',
    );
    expect(readFileSync(join(cwd, 'cassettes/chat/answers.jsonl'), 'utf8')).toBe(cassette);
  });

  test('that verified nothing at all is red', async () => {
    const cwd = temporaryFolder();
    const { code, stdout } = await reel(['verify', '--', ...node('0')], { cwd });

    expect(code).toBe(1);
    expect(stdout).toContain('nothing was compared, so nothing is known: do the tests use Reel, and replay?');
    expect(existsSync(join(cwd, 'cassettes'))).toBe(false);
  });
});
