import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Run } from '@reel/testkit/adapter-conformance';
import { browser, configOf, createApp, freePort, type AppProject } from './app.ts';

/** The user's messages on a tape, in order. */
function prompts(tape: string): string[] {
  return [...tape.matchAll(/"content":"([^"]*)"\}\]/g)].map(([, text]) => text!);
}

const asksOf = (name: string): string => `
  base('${name} by request', async ({ request }) => {
    for (const step of ['a', 'b']) assert.equal((await request.get('/ask?q=${name}-' + step)).status(), 200);
  });
  base('${name} by fetch, and itself', async ({ baseURL }) => {
    await ask('${name} itself, first');
    assert.equal((await fetch(baseURL + '/post', { method: 'POST', body: '${name} posted' })).status, 200);
    await ask('${name} itself, last');
  });`;

describe('a server under test', () => {
  let app: AppProject;
  let recorded: Run;
  beforeAll(async () => {
    app = await createApp({
      one: asksOf('one'),
      two: asksOf('two'),
      same: `base('asks the same as the server', async ({ request }) => {
        await ask('same');
        await request.get('/ask?q=same');
        await ask('same');
      });`,
      hooks: `base.beforeAll(async ({ request }) => { await request.get('/ask?q=from-a-hook'); });
        base('has a hook', async ({ request }) => { await request.get('/ask?q=from-the-test'); });`,
      ...(browser.path !== undefined && {
        page: `base('in a page', async ({ page }) => {
          await page.goto('/page?q=of-a-page');
          await base.expect(page.locator('#out')).not.toHaveText('...');
          assert.doesNotMatch(await page.locator('#out').textContent(), /failed/);
        });
        base('in a page of its own context', async ({ browser, baseURL }) => {
          const page = await (await browser.newContext({ baseURL })).newPage();
          await page.goto('/page?q=own-context');
          await base.expect(page.locator('#out')).not.toHaveText('...');
        });`,
      }),
    });
    recorded = await app.runApp({ mode: 'record' });
  }, 90_000);
  afterAll(() => app[Symbol.asyncDispose]());

  test('records the calls of each request on the cassette of its test, in the order of all its processes', () => {
    expect(recorded.code, recorded.output).toBe(0);
    const tape = (name: string): string[] => prompts(app.read(`cassettes/${name}.jsonl`));
    for (const name of ['one', 'two']) {
      expect(tape(`${name}/${name}-by-request`)).toEqual([`${name}-a`, `${name}-b`]);
      const mixed = Object.keys(app.tapes()).find((path) => path.includes(`${name}-by-fetch`))!;
      expect(prompts(app.read(mixed))).toEqual([
        `${name} itself, first`,
        `${name} posted`,
        `${name} itself, last`,
      ]);
    }
    expect(tape('same/asks-the-same-as-the-server')).toEqual(['same', 'same', 'same']);
    expect(tape('hooks/_setup')).toEqual(['from-a-hook']);
    expect(tape('hooks/has-a-hook')).toEqual(['from-the-test']);
  });

  test('of requests that a page makes as well', (context) => {
    if (browser.path === undefined) return context.skip(browser.reason);
    expect(prompts(app.read('cassettes/page/in-a-page.jsonl'))).toEqual(['of-a-page']);
    expect(prompts(app.read('cassettes/page/in-a-page-of-its-own-context.jsonl'))).toEqual(['own-context']);
  });

  test('replays them with nothing to call, uses every recording once, and changes no byte', async () => {
    const before = app.tapes();
    const { calls } = app.provider;
    const run = await app.runApp();
    expect(run.code, run.output).toBe(0);
    expect(run.output).toContain(`${calls} replayed`);
    expect(run.output).not.toContain('unused');
    expect(app.provider.calls).toBe(calls);
    expect(app.tapes()).toEqual(before);
  }, 90_000);

  test('gives equal recordings out once over all processes, and says what is left', async () => {
    app.writeTests({
      same: `base('asks the same as the server', async ({ request }) => {
          await request.get('/ask?q=same');
          await ask('same');
        });`,
    });
    const run = await app.runApp({ files: ['same'] });
    expect(run.code, run.output).toBe(0);
    expect(run.output).toContain('2 replayed · 1 unused in 1 test');
    app.writeTests({
      same: `base('asks the same as the server', async ({ request }) => {
          for (const one of [1, 2, 3]) await request.get('/ask?q=same');
          await ask('same').catch(() => {});
        });`,
    });
    const tooMany = await app.runApp({ files: ['same'] });
    expect(tooMany.code).toBe(1);
    expect(tooMany.output).toContain('3 replayed · 1 missed');
  }, 90_000);
});

describe('what goes wrong in a server', () => {
  let app: AppProject;
  beforeAll(async () => {
    app = await createApp({
      miss: `base('swallows', async ({ request }) => { assert.equal(await (await request.get('/swallow?q=new')).text(), 'fine'); });
        base('is innocent', async ({ request }) => { await request.get('/health'); });`,
      fails: `base('fails', async ({ request }) => { await request.get('/ask?q=' + (process.env.Q ?? 'old')); assert.equal(process.env.Q, undefined); });
        base('flaky', async ({ request }) => {
          base.info().retries;
          await request.get('/ask?q=attempt-' + base.info().retry);
          assert.equal(base.info().retry, 1);
        });`,
      late: `base('leaves early', async ({ request }) => { await request.get('/late?q=x'); });
        base('goes on', async () => { await new Promise((resolve) => setTimeout(resolve, 1200)); });`,
      crash: `base('crashes it', async ({ request }) => {
        await request.get('/ask?q=before-the-crash');
        await request.get('/crash').catch(() => {});
      });`,
      idle: `base('waits', async () => { await new Promise((resolve) => setTimeout(resolve, 800)); });`,
    });
  }, 60_000);
  afterAll(() => app[Symbol.asyncDispose]());

  test('a swallowed miss fails the test that caused it, and no other, with the remedy for Playwright', async () => {
    const run = await app.runApp({ files: ['miss'] });
    expect(run.code).toBe(1);
    expect(run.counts).toMatchObject({ passed: 1, failed: 1 });
    expect(run.output).toMatch(
      /REEL_CASSETTE_NOT_FOUND[^]*REEL_MODE=record npx playwright test miss\.spec\.js -g /,
    );
    expect(run.output).toContain('1 missed');
    expect(app.provider.calls).toBe(0);
  }, 60_000);

  test('a failed test keeps its cassette, and of a retried one only the passing attempt is kept', async () => {
    const args = ['--retries=1'];
    const first = await app.runApp({ mode: 'record', files: ['fails'], args });
    expect(first.code, first.output).toBe(0);
    expect(prompts(app.read('cassettes/fails/flaky.jsonl'))).toEqual(['attempt-1']);
    const before = app.read('cassettes/fails/fails.jsonl');
    const failed = await app.runApp({
      mode: 'record',
      files: ['fails'],
      args: ['--retries=0'],
      env: { Q: 'new' },
    });
    expect(failed.code).toBe(1);
    expect(app.read('cassettes/fails/fails.jsonl')).toBe(before);
  }, 90_000);

  test('a call after the test had ended, and one in the background, make the run red', async () => {
    const late = await app.runApp({ files: ['late'], args: ['--workers=1'] });
    expect(late.code, late.output).toBe(1);
    expect(late.output).toContain('REEL_SCOPE_CLOSED');
    const background = await app.runApp({ files: ['idle'], env: { BACKGROUND: '1' } });
    expect(background.code, background.output).toBe(1);
    expect(background.output).toContain('the server under test (in the background)');
    expect(background.output).toContain('REEL_OUTSIDE_TEST');
  }, 90_000);

  test('a server that crashes in the middle fails the test and keeps nothing of it', async () => {
    const run = await app.runApp({ mode: 'record', files: ['crash'] });
    expect(run.code).toBe(1);
    expect(run.output).toContain('REEL_SERVER_LEFT');
    expect(app.cassettes().filter((path) => path.includes('crash'))).toEqual([]);
  }, 60_000);
});

describe('a server that was running already', () => {
  const tests = { asks: `base('asks', async ({ request }) => { await request.get('/ask?q=live'); });` };
  const reused = { 'playwright.config.js': configOf({ webServer: 'reuseExistingServer: true' }) };

  /** Starts the application's server as a person does, and waits until it answers. */
  async function withServer(
    app: AppProject,
    environment: Record<string, string>,
    use: (env: Record<string, string>) => Promise<void>,
  ): Promise<void> {
    const port = await freePort();
    const inherited = Object.entries(process.env).filter(
      ([name]) => !/^(REEL_|CI$|NODE_OPTIONS$|VITEST)/.test(name),
    );
    const server = spawn(process.execPath, ['server.js'], {
      cwd: app.folder,
      env: {
        ...Object.fromEntries(inherited),
        PORT: String(port),
        REEL_SERVERS: `http://127.0.0.1:${port}`,
        ...environment,
      },
      stdio: 'ignore',
    });
    const answers = (): Promise<boolean> =>
      fetch(`http://127.0.0.1:${port}/health`).then(
        ({ ok }) => ok,
        () => false,
      );
    try {
      await expect.poll(answers, { timeout: 20_000 }).toBe(true);
      await use({ PORT: String(port) });
    } finally {
      server.kill();
      await once(server, 'close');
    }
  }

  test('without the preload fails the tests, and is not asked anything', async () => {
    await using app = await createApp(tests, reused);
    const upstreams = Object.entries(app.provider.upstreams).map((pair) => pair.join('='));
    const live = { OPENAI_API_KEY: 'sk-live', REEL_UPSTREAMS: upstreams.join(',') };
    await withServer(app, live, async (env) => {
      const run = await app.runApp({ env });
      expect(run.code).toBe(1);
      expect(run.output).toContain('REEL_SETUP_MISSING');
      expect(run.output).toContain(`http://127.0.0.1:${env['PORT']}`);
      expect(app.provider.calls).toBe(0);
    });
  }, 60_000);

  test('with the preload and the folder of the runs works for one run after the other', async () => {
    await using app = await createApp(tests, reused);
    const upstreams = Object.entries(app.provider.upstreams).map((pair) => pair.join('='));
    const REEL_RUN_DIR = join(app.folder, 'run');
    const started = {
      REEL_RUN_DIR,
      NODE_OPTIONS: `--import=${import.meta.resolve('@reel/core/register')}`,
      OPENAI_API_KEY: 'sk-live',
      REEL_UPSTREAMS: upstreams.join(','),
    };
    await withServer(app, started, async (env) => {
      const recorded = await app.runApp({ mode: 'record', env: { ...env, REEL_RUN_DIR } });
      expect(recorded.code, recorded.output).toBe(0);
      expect(recorded.output).toContain('1 recorded');
      for (const _again of [1, 2]) {
        const replayed = await app.runApp({ env: { ...env, REEL_RUN_DIR } });
        expect(replayed.code, replayed.output).toBe(0);
        expect(replayed.output).toContain('reel  1 replayed in 1 test');
      }
      expect(app.provider.calls).toBe(1);
    });
  }, 60_000);
});
