import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { findPython, scripts } from './python.ts';
import { startForwardProxy } from '../src/index.ts';
import { Bench, chat, cleanEnvironment, runProgram, type ProgramRun } from './support.ts';

const body = chat('Say hello to Kim', { stream: true });
const key = { OPENAI_API_KEY: 'sk-test-0123456789', BODY: body };
const program = (name: string): string => fileURLToPath(new URL(`programs/${name}`, import.meta.url));

/** A program under test, and the reason when it cannot run here. */
interface Subject {
  readonly name: string;
  readonly run: (variables: Record<string, string>) => Promise<ProgramRun>;
  readonly missing?: string;
}

const hasCurl = spawnSync('curl', ['--version']).status === 0;

const pythons = Object.entries(scripts).map(([module, script]): Subject => {
  const python = findPython(module === 'urllib' ? 'urllib.request' : module);
  return {
    name: `Python's ${module}`,
    run: (variables) =>
      runProgram('command' in python ? python.command : 'python3', ['-c', script], { ...key, ...variables }),
    ...('missing' in python && { missing: python.missing }),
  };
});

const curl: Subject = {
  name: 'curl, streaming',
  run: (variables) =>
    runProgram(
      'curl',
      [
        '-sSN',
        '--fail-with-body',
        '--request',
        'POST',
        '--data-binary',
        body,
        '--header',
        'content-type: application/json',
        '--header',
        `authorization: Bearer ${key.OPENAI_API_KEY}`,
        `${variables['OPENAI_BASE_URL'] ?? 'https://api.openai.com/v1'}/chat/completions`,
      ],
      variables,
    ),
  ...(!hasCurl && { missing: 'there is no curl here: apt-get install curl' }),
};

const openaiSdk: Subject = {
  name: 'a Node process with the OpenAI SDK',
  run: (variables) => runProgram(process.execPath, [program('openai-sdk.mjs')], { ...key, ...variables }),
};

describe.each([curl, ...pythons, openaiSdk])('$name', ({ run, missing }) => {
  test('through its base URL: recorded, the provider stopped, replayed: the same bytes', async (context) => {
    if (missing !== undefined) context.skip(missing);
    await using bench = await Bench.open();
    const recorder = await bench.proxy('record', { options: { normalize: false } });
    const live = await run(recorder.variables());
    expect(live).toMatchObject({ code: 0 });
    expect(await recorder.close()).toMatchObject({ reports: [{ recorded: 1, saved: true }], errors: [] });
    await bench.provider.close();

    const player = await bench.proxy('replay');
    const replayed = await run({ ...player.variables(), OPENAI_API_KEY: 'another key, or none' });
    expect(replayed).toMatchObject({ code: 0 });
    expect(replayed.stdout.byteLength).toBeGreaterThan(10);
    expect(replayed.stdout.equals(live.stdout)).toBe(true);
    expect((await player.close()).reports).toMatchObject([{ replayed: 1, misses: [] }]);
  });

  test('a miss makes it fail with the message, and the report lists it', async (context) => {
    if (missing !== undefined) context.skip(missing);
    await using bench = await Bench.open();
    const player = await bench.proxy('replay');
    const missed = await run(player.variables());
    expect(missed.code).not.toBe(0);
    expect((await player.close()).reports).toMatchObject([{ misses: [{ code: 'REEL_CASSETTE_NOT_FOUND' }] }]);
  });
});

describe.each([curl, ...pythons])('$name', ({ run, missing }) => {
  test('through HTTPS_PROXY, its base URL unchanged: recorded, the provider stopped, replayed: the same bytes', async (context) => {
    if (missing !== undefined) context.skip(missing);
    await using bench = await Bench.open();
    const recorder = await startForwardProxy({
      cassette: 'test',
      environment: cleanEnvironment,
      options: bench.options('record', { normalize: false }),
    });
    const live = await run(recorder.variables());
    expect(live).toMatchObject({ code: 0 });
    expect(await recorder.close()).toMatchObject({ reports: [{ recorded: 1, saved: true }], errors: [] });
    await bench.provider.close();

    await using player = await startForwardProxy({
      cassette: 'test',
      environment: cleanEnvironment,
      options: bench.options('replay'),
    });
    const replayed = await run(player.variables());
    expect(replayed).toMatchObject({ code: 0 });
    expect(replayed.stdout.byteLength).toBeGreaterThan(10);
    expect(replayed.stdout.equals(live.stdout)).toBe(true);
  });
});

test('Node with NODE_USE_ENV_PROXY goes through the forward proxy, too', async (context) => {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major < 24 || (major === 24 && minor < 5)) context.skip('Node reads NODE_USE_ENV_PROXY from 24.5 on');
  await using bench = await Bench.open();
  const recorder = await startForwardProxy({
    cassette: 'test',
    environment: cleanEnvironment,
    options: bench.options('record'),
  });
  const live = await openaiSdk.run(recorder.variables());
  expect(live).toMatchObject({ code: 0 });
  expect(await recorder.close()).toMatchObject({ reports: [{ recorded: 1, saved: true }], errors: [] });
});

test('what a process with --import @reel/core/register recorded replays through the proxy, and the other way round', async () => {
  await using bench = await Bench.open();
  const register = fileURLToPath(import.meta.resolve('@reel/core/register'));
  const preloaded = (mode: string, cassette: string): Promise<ProgramRun> =>
    runProgram(process.execPath, ['--import', register, program('openai-sdk.mjs')], {
      ...key,
      REEL_MODE: mode,
      REEL_CASSETTE: cassette,
      REEL_DIR: bench.folder,
      REEL_UPSTREAMS: Object.entries(bench.provider.upstreams)
        .map((pair) => pair.join('='))
        .join(','),
    });
  const inProcess = await preloaded('record', 'in-process');
  expect(inProcess).toMatchObject({ code: 0 });
  const player = await bench.proxy('replay', { cassette: 'in-process' });
  expect((await openaiSdk.run(player.variables())).stdout.toString()).toBe(inProcess.stdout.toString());
  expect((await player.close()).reports).toMatchObject([{ replayed: 1, misses: [] }]);

  const recorder = await bench.proxy('record', { cassette: 'through-proxy' });
  const throughProxy = await openaiSdk.run(recorder.variables());
  await recorder.close();
  const replayed = await preloaded('replay', 'through-proxy');
  expect(replayed).toMatchObject({ code: 0 });
  expect(replayed.stdout.toString()).toBe(throughProxy.stdout.toString());
});
