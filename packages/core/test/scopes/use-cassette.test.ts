import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startProviders, type Simulator } from '@reel/testkit';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createMemoryStore } from '../../src/cassette/stores/memory.ts';
import type { ReelOptions } from '../../src/options.ts';
import { createRecorder } from '../../src/recorder.ts';
import type { ScopeReport } from '../../src/report.ts';
import { useCassette } from '../../src/use-cassette.ts';
import { ask } from './one-question.ts';

let provider: Simulator;
let dir: string;
beforeAll(async () => {
  provider = await startProviders();
});
afterAll(() => provider.close());
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'reel-use-'));
  provider.reset();
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const to = (mode: string, more: ReelOptions = {}): ReelOptions => ({
  mode,
  dir,
  upstreams: provider.upstreams,
  ...more,
});
const read = (name: string): string => readFileSync(join(dir, `${name}.jsonl`), 'utf8');
const reportOf = async (
  name: string,
  options: ReelOptions,
  fn: () => Promise<unknown>,
): Promise<ScopeReport> => {
  let report: ScopeReport | undefined;
  await useCassette(name, { ...options, onReport: (one) => (report = one) }, fn);
  return report!;
};

describe('useCassette', () => {
  test('records once and replays for ever, and gives back what the function returns', async () => {
    const first = await useCassette('billing/refund', to('once'), () => ask('refund me'));
    const again = await useCassette('billing/refund', to('once'), () => ask('refund me'));
    expect(again).toBe(first);
    expect(provider.calls).toBe(1);
    expect(read('billing/refund')).toMatch(/^\{"reel":1,"name":"billing\/refund"/);
  });

  test('leaves no journal, lock or temporary file behind', async () => {
    await useCassette('a', to('record'), () => ask('one'));
    await expect(
      useCassette('b', to('record'), async () => {
        await ask('two');
        throw new Error('the test failed');
      }),
    ).rejects.toThrow('the test failed');
    expect(readdirSync(dir)).toEqual(['a.jsonl']);
  });

  test('grows a redacted journal beside the cassette while it records', async () => {
    await useCassette('a', to('record'), async () => {
      await ask('one');
      const journal = readdirSync(dir).find((name) => name.includes('journal'))!;
      const text = readFileSync(join(dir, journal), 'utf8');
      expect(text).toContain('one');
      expect(text).not.toContain('sk-scopes');
    });
  });

  test('gives equal requests their answers in the recorded order, and a miss when they are used up', async () => {
    provider.script({ text: 'first' }, { text: 'second' });
    const asked = (): Promise<string[]> =>
      Promise.resolve([]).then(async () => [await ask('same'), await ask('same')]);
    const recorded = await useCassette('a', to('record'), asked);
    expect(await useCassette('a', to('replay'), asked)).toEqual(recorded);
    expect(new Set(recorded).size).toBe(2);
    await expect(
      useCassette('a', to('replay'), async () => {
        await asked();
        await ask('same').catch(() => {});
      }),
    ).rejects.toThrow('REEL_NO_MATCH');
    const last = await useCassette('a', to('replay', { match: { repeat: 'last' } }), async () => [
      ...(await asked()),
      await ask('same'),
    ]);
    expect(last).toEqual([...recorded, recorded[1]]);
  });

  test('answers parallel requests each with its own recording, whatever the order', async () => {
    const prompts = Array.from({ length: 20 }, (_, n) => `prompt ${n}`);
    const recorded = await useCassette('a', to('record'), () =>
      Promise.all(prompts.map((prompt) => ask(prompt))),
    );
    const reversed = await useCassette('a', to('replay'), () =>
      Promise.all(prompts.toReversed().map((prompt) => ask(prompt))),
    );
    expect(reversed.toReversed()).toEqual(recorded);
  });

  test('keeps concurrent scopes apart', async () => {
    const names = ['a', 'b', 'c', 'd'];
    await Promise.all(
      names.map((name) =>
        useCassette(name, to('record'), async () => {
          await ask(`${name} 1`);
          await ask(`${name} 2`);
        }),
      ),
    );
    for (const name of names) {
      expect(read(name).match(/"content":"[a-d] \d"/g)).toEqual([
        `"content":"${name} 1"`,
        `"content":"${name} 2"`,
      ]);
    }
  });

  test('inside another scope uses its own cassette and the same options', async () => {
    await useCassette('outer', to('record'), async () => {
      await ask('outside');
      await useCassette('inner', () => ask('inside'));
    });
    expect(read('outer')).toContain('outside');
    expect(read('outer')).not.toContain('inside');
    expect(read('inner')).toContain('inside');
  });

  test('fails the scope around it for a miss, even when that is caught', async () => {
    await useCassette('outer', to('record'), () => ask('outside'));
    await expect(
      useCassette('outer', to('replay'), async () => {
        await ask('outside');
        await useCassette('inner', () => ask('inside')).catch(() => {});
      }),
    ).rejects.toThrow('REEL_CASSETTE_NOT_FOUND');
  });

  test('throws a miss that the function swallowed', async () => {
    await expect(
      useCassette('none', to('replay'), async () => void (await ask('x').catch(() => {}))),
    ).rejects.toThrow(/REEL_CASSETTE_NOT_FOUND[^]*REEL_MODE=record/);
    expect(provider.calls).toBe(0);
  });

  test('never stores the key, and replays with another one', async () => {
    await useCassette('a', to('record'), () => ask('hello', 'sk-one-very-secret-key-0123456789abcdef'));
    expect(read('a')).not.toContain('one-very-secret');
    await useCassette('a', to('replay'), () => ask('hello', 'sk-other'));
  });

  test('keeps and replays the pace of a stream when asked to, and keeps it when others add to the cassette', async () => {
    const stream = async (): Promise<number[]> => {
      const response = await fetch('https://api.openai.com/v1/chat/completions', {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: 'Bearer sk-scopes' },
        body: JSON.stringify({
          model: 'gpt-4o-mini',
          stream: true,
          messages: [{ role: 'user', content: 'slowly' }],
        }),
      });
      const started = performance.now();
      const times: number[] = [];
      for await (const _piece of response.body!) times.push(performance.now() - started);
      return times;
    };
    provider.script({ delayMs: 15 });
    await useCassette('paced', to('record', { timing: 'recorded' }), stream);
    await useCassette('paced', to('record-if-missing'), () => ask('something else'));
    expect(read('paced')).toMatch(/"chunk":1,"at":\d+/);
    const paced = await useCassette('paced', to('replay', { timing: 'recorded' }), stream);
    const instant = await useCassette('paced', to('replay'), stream);
    const steady = await useCassette('paced', to('replay', { timing: { tokensPerSecond: 200 } }), stream);
    expect(paced).toHaveLength(instant.length);
    expect(paced.at(-1)!).toBeGreaterThan(10 * (paced.length - 2));
    expect(steady.at(-1)!).toBeGreaterThan(4 * (steady.length - 2));
  });

  test('reports what a passing run did not use', async () => {
    await useCassette('a', to('record'), async () => {
      await ask('one');
      await ask('two');
    });
    const report = await reportOf('a', to('replay'), () => ask('one'));
    expect(report.unused).toEqual([{ method: 'POST', url: 'https://api.openai.com/v1/chat/completions' }]);
    expect(report.savedUsage[0]).toMatchObject({ provider: 'openai', calls: 1 });
    expect(report.savedUsage[0]!.cost).toBeGreaterThan(0);
  });

  test('keeps the answer that made a retried one good, alone if asked to', async () => {
    const twice = async (): Promise<void> => {
      await ask('x').catch(() => {});
      await ask('x');
    };
    provider.fail(429, { retryAfter: 1 });
    await useCassette('kept', to('record'), twice);
    expect(read('kept').match(/"status":\d+/g)).toEqual(['"status":429', '"status":200']);
    provider.fail(429);
    await useCassette('dropped', to('record', { retries: 'drop' }), twice);
    expect(read('dropped').match(/"status":\d+/g)).toEqual(['"status":200']);
  });

  test('adds to what another test recorded into the same cassette in this run, and replaces what was there before', async () => {
    await useCassette('shared', to('record'), () => ask('old'));
    const recorder = createRecorder({
      mode: { mode: 'record', source: 'test' },
      options: to('record'),
    }).start();
    try {
      for (const test of ['first', 'second']) {
        const scope = recorder.open({ cassette: 'shared', store: recorder.storeAt(dir), test });
        await scope.run(() => ask(`by the ${test}`));
        await scope.close('passed');
      }
    } finally {
      recorder.stop();
    }
    expect(read('shared')).toMatch(/by the first[^]*by the second/);
    expect(read('shared')).not.toContain('"old"');
  });
});

describe('bad use', () => {
  test.each(['../escape', '/etc/passwd', 'a/../../b', '', 'C:\\x', 'a\0b'])(
    'the name %j is refused',
    async (name) => {
      await expect(useCassette(name, to('record'), () => ask('x'))).rejects.toThrow('REEL_CASSETTE_NAME');
      expect(provider.calls).toBe(0);
    },
  );

  test('two scopes that record into one cassette at once are told so, and nothing is sent', async () => {
    await useCassette('taken', to('record'), async () => {
      await expect(useCassette('taken', () => ask('x'))).rejects.toThrow(
        /REEL_CASSETTE_TAKEN[^]*taken\.jsonl/,
      );
    });
    expect(provider.calls).toBe(0);
  });

  test('two calls side by side that record into one cassette are told so, whatever their options', async () => {
    const results = await Promise.allSettled([
      useCassette('side', to('record'), () => ask('one')),
      useCassette('side', to('record', { retries: 'drop' }), () => ask('two')),
    ]);
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
    expect((results[1] as PromiseRejectedResult).reason).toMatchObject({ code: 'REEL_CASSETTE_TAKEN' });
  });

  test('a request after its test ended is refused, and reported', async () => {
    const recorder = createRecorder({
      mode: { mode: 'record', source: 'test' },
      options: to('record'),
    }).start();
    try {
      const scope = recorder.open({ cassette: 'late', store: createMemoryStore(), test: 'a test' });
      let go!: () => void;
      const late = scope.run(() => new Promise<void>((resolve) => (go = resolve)).then(() => ask('late')));
      await scope.close('passed');
      go();
      await expect(late).rejects.toThrow('REEL_SCOPE_CLOSED');
      expect(recorder.strays.map(({ code }) => code)).toEqual(['REEL_SCOPE_CLOSED']);
      expect(scope.misses).toEqual([]);
      expect(provider.calls).toBe(0);
    } finally {
      recorder.stop();
    }
  });

  test('a request outside of any test is refused in replay', async () => {
    const recorder = createRecorder({ mode: { mode: 'replay', source: 'test' } }).start();
    try {
      await expect(ask('x')).rejects.toThrow('REEL_OUTSIDE_TEST');
    } finally {
      recorder.stop();
    }
  });

  test.each([
    ['none', ''],
    ["Reel's placeholder", 'placeholder'],
    ['a missing variable', 'undefined'],
  ])('recording with %s for a key is refused before anything is sent', async (_title, key) => {
    let placeholder = '';
    await useCassette(
      'p',
      { mode: 'replay', dir },
      () => void (placeholder = process.env['OPENAI_API_KEY']!),
    );
    await expect(
      useCassette('a', { mode: 'record', dir }, () =>
        ask('x', key === 'placeholder' ? placeholder : key).catch(() => {}),
      ),
    ).rejects.toThrow('REEL_NO_API_KEY');
    expect(process.env['OPENAI_API_KEY']).toBeUndefined();
  });

  test('a file where a folder should be is named before anything is sent', async () => {
    writeFileSync(join(dir, 'file'), 'not a folder');
    await expect(
      useCassette('file/a', to('record'), async () => void (await ask('x').catch(() => {}))),
    ).rejects.toThrow('REEL_STORE_UNREADABLE');
    expect(provider.calls).toBe(0);
  });

  test.each(['replay', 'once', 'record-if-missing'])(
    'in mode %s a cassette of a newer format is neither read nor replaced',
    async (mode) => {
      const newer = '{"reel":99,"name":"a"}\n{"end":1}\n';
      writeFileSync(join(dir, 'a.jsonl'), newer);
      await expect(useCassette('a', to(mode), () => ask('x').catch(() => {}))).rejects.toThrow(
        'REEL_CASSETTE_VERSION',
      );
      expect(read('a')).toBe(newer);
      expect(provider.calls).toBe(0);
    },
  );

  test('record does not replace a newer format either, but heals a damaged file', async () => {
    writeFileSync(join(dir, 'a.jsonl'), '{"reel":99,"name":"a"}\n');
    await expect(useCassette('a', to('record'), () => ask('x').catch(() => {}))).rejects.toThrow(
      'REEL_CASSETTE_VERSION',
    );
    writeFileSync(join(dir, 'b.jsonl'), '<<<<<<< HEAD\n');
    const report = await reportOf('b', to('record'), () => ask('x'));
    expect(report.saved).toBe(true);
    expect(report.warnings.join()).toContain('damaged');
  });

  test('a body that cannot be read again is named, not sent', async () => {
    await useCassette('a', to('record'), () => ask('x'));
    const { request } = await import('undici');
    const { Readable } = await import('node:stream');
    const spent = Readable.from(['{}']);
    for await (const _piece of spent);
    await expect(
      useCassette('a', to('replay'), () =>
        request('https://api.openai.com/v1/chat/completions', { method: 'POST', body: spent }),
      ),
    ).rejects.toThrow('REEL_BODY_UNREADABLE');
  });
});
