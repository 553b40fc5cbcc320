import { startProviders, type Simulator } from '@reel/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createMemoryStore } from '../../src/cassette/stores/memory.ts';
import type { Mode } from '../../src/mode.ts';
import { createRecorder } from '../../src/recorder.ts';
import type { ScopeReport } from '../../src/report.ts';
import { sdkCalls, type SdkCall } from './sdk-calls.ts';

const keys = { OPENAI_API_KEY: 'sk-matrix', ANTHROPIC_API_KEY: 'sk-ant-matrix', GEMINI_API_KEY: 'matrix' };
const store = createMemoryStore();
let provider: Simulator;

beforeAll(async () => {
  provider = await startProviders();
});
afterAll(() => provider.close());

function withoutKeys(): void {
  for (const name of Object.keys(keys)) delete process.env[name];
}

async function inMode(
  mode: Mode,
  call: SdkCall,
  normalize: boolean,
): Promise<{ result: unknown; report: ScopeReport }> {
  withoutKeys();
  if (mode !== 'replay') Object.assign(process.env, keys);
  const recorder = createRecorder({
    mode: { mode, source: 'the matrix' },
    options: {
      normalize,
      upstreams: mode === 'replay' ? { 'https://api.openai.com': 'http://127.0.0.1:1' } : provider.upstreams,
    },
  }).start();
  try {
    const cassette = call.name.replaceAll(/[^a-z0-9]+/gi, '-').toLowerCase();
    const scope = recorder.open({ cassette, store, test: call.name });
    const result = JSON.parse(JSON.stringify(await scope.run(() => call.run()))) as unknown;
    return { result, report: await scope.close('passed') };
  } finally {
    recorder.stop();
    withoutKeys();
  }
}

describe.each(sdkCalls)('$name', (call) => {
  test('replays exactly what it recorded, without provider and key', async () => {
    const recorded = await inMode('record', call, false);
    expect(recorded.report.recorded).toBeGreaterThan(0);
    const { calls } = provider;
    const replayed = await inMode('replay', call, false);
    expect(replayed.result).toEqual(recorded.result);
    expect(replayed.report).toMatchObject({ misses: [], unused: [], replayed: recorded.report.recorded });
    expect(provider.calls).toBe(calls);
  });

  test('replays with normalized ids, and a second recording is the same but for the header', async () => {
    await inMode('record', call, true);
    const cassette = call.name.replaceAll(/[^a-z0-9]+/gi, '-').toLowerCase();
    const linesOf = (): string[] => Buffer.from(store.read(cassette)!.bytes).toString().split('\n').slice(1);
    const first = linesOf();
    const replayed = await inMode('replay', call, true);
    expect(replayed.report.misses).toEqual([]);
    expect(replayed.report.unused).toEqual([]);
    await inMode('record', call, true);
    expect(linesOf()).toEqual(first);
  });

  test.each(['record-if-missing', 'once'] as const)('in mode %s asks the provider once', async (mode) => {
    store.remove(call.name.replaceAll(/[^a-z0-9]+/gi, '-').toLowerCase());
    const first = await inMode(mode, call, false);
    const { calls } = provider;
    const second = await inMode(mode, call, false);
    expect(second.result).toEqual(first.result);
    expect(provider.calls).toBe(calls);
  });
});
