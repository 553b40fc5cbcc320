import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { startProviders, type Simulator } from '@reel/testkit';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';

const register = pathToFileURL(join(import.meta.dirname, '../../dist/register.js')).href;
let provider: Simulator;
let folder: string;
beforeAll(async () => {
  provider = await startProviders();
});
afterAll(() => provider.close());
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'reel-register-'));
  provider.reset();
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const program = (prompt: string, rest = ''): string => `
  const response = await fetch('https://api.openai.com/v1/chat/completions', {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: 'Bearer ' + process.env.OPENAI_API_KEY },
    body: JSON.stringify({ model: 'gpt-4o-mini', messages: [{ role: 'user', content: ${JSON.stringify(prompt)} }] }),
  });
  console.log(response.status);
  ${rest}`;

function run(
  source: string,
  environment: Record<string, string>,
): Promise<{ code: number | null; out: string; err: string }> {
  const file = join(folder, 'program.mjs');
  writeFileSync(file, source);
  const inherited = Object.entries(process.env).filter(
    ([name]) => !/^(REEL_|OPENAI_|VITEST|NODE_OPTIONS|CI$)/.test(name),
  );
  const child = spawn(process.execPath, ['--import', register, file], {
    cwd: folder,
    env: { ...Object.fromEntries(inherited), REEL_CASSETTE: 'tape.jsonl', ...environment },
  });
  let out = '';
  let err = '';
  child.stdout.on('data', (piece: Buffer) => (out += piece.toString()));
  child.stderr.on('data', (piece: Buffer) => (err += piece.toString()));
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, out, err })));
}

const recording = (): Record<string, string> => ({
  REEL_MODE: 'record',
  OPENAI_API_KEY: 'sk-register',
  REEL_UPSTREAMS: Object.entries(provider.upstreams)
    .map((pair) => pair.join('='))
    .join(','),
});

describe('a whole process', () => {
  test('records and replays through the preload alone', async () => {
    const recorded = await run(program('hello'), recording());
    expect(recorded).toMatchObject({ code: 0, out: '200\n' });
    expect(recorded.err).toContain('1 recorded');
    const replayed = await run(program('hello'), {});
    expect(replayed).toMatchObject({ code: 0, out: '200\n', err: '' });
    expect(provider.calls).toBe(1);
  });

  test('ends non-zero with the miss printed, even when it calls process.exit(0)', async () => {
    await run(program('hello'), recording());
    for (const ending of ['', 'process.exit(0);', 'process.exitCode = 0;']) {
      const missed = await run(program('goodbye', ending), {});
      expect(missed.code).toBe(1);
      expect(missed.err).toContain('REEL_NO_MATCH');
      expect(missed.err).toMatch(/hello[^]*goodbye/);
    }
    expect(provider.calls).toBe(1);
  });

  test('that fails keeps the old cassette and its own exit code', async () => {
    await run(program('hello'), recording());
    const before = readFileSync(join(folder, 'tape.jsonl'), 'utf8');
    expect(await run(program('other', 'process.exit(3);'), recording())).toMatchObject({ code: 3 });
    expect(await run(program('other', 'throw new Error("no");'), recording())).toMatchObject({ code: 1 });
    expect(readFileSync(join(folder, 'tape.jsonl'), 'utf8')).toBe(before);
  });

  test.each([
    [{ REEL_MODE: 'recrod' }, 'REEL_UNKNOWN_MODE'],
    [{ REEL_TIMING: 'soon' }, 'REEL_INVALID_OPTION'],
    [{ REEL_CONFIG: 'nowhere.ts' }, 'REEL_CONFIG_UNREADABLE'],
    [{ REEL_MODE: 'record', CI: '1' }, 'REEL_RECORDING_IN_CI'],
  ])('with %j does not start, says why in a few lines, and exits with 2', async (environment, code) => {
    const refused = await run(program('hello'), environment as Record<string, string>);
    expect(refused).toMatchObject({ code: 2, out: '' });
    expect(refused.err).toContain(code);
    expect(refused.err).not.toMatch(/^ {4}at /m);
    expect(provider.calls).toBe(0);
  });

  test('without REEL_CASSETTE is told where its requests could go', async () => {
    const lost = await run(program('hello'), { REEL_CASSETTE: '' });
    expect(lost.code).toBe(1);
    expect(lost.err).toMatch(/REEL_OUTSIDE_TEST[^]*REEL_CASSETTE/);
  });

  test('four processes at once keep all their recordings in one cassette', async () => {
    const many = (name: number): string =>
      Array.from({ length: 20 }, (_, n) => `{ ${program(`process ${name} call ${n}`)} }`).join('\n');
    const files = [1, 2, 3, 4].map((name) => {
      const file = join(folder, `program-${name}.mjs`);
      writeFileSync(file, many(name));
      return file;
    });
    const codes = await Promise.all(
      files.map(
        (file) =>
          new Promise((resolve) => {
            const child = spawn(process.execPath, ['--import', register, file], {
              cwd: folder,
              stdio: 'ignore',
              env: { ...process.env, NODE_OPTIONS: '', CI: '', REEL_CASSETTE: 'tape.jsonl', ...recording() },
            });
            child.on('close', resolve);
          }),
      ),
    );
    expect(codes).toEqual([0, 0, 0, 0]);
    const tape = readFileSync(join(folder, 'tape.jsonl'), 'utf8');
    expect(new Set(tape.match(/process \d call \d+(?=")/g)).size).toBe(80);
    expect(tape.match(/^\{"request":/gm)).toHaveLength(80);
  });
});
