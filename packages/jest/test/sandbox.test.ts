import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { createProject, type AdapterDriver, type Project } from '@reel/testkit/adapter-conformance';
import { describe, expect, test } from 'vitest';
import { jestDriver } from './driver.ts';

const require = createRequire(import.meta.url);
const timeout = 60_000;

/** The driver with more packages in the project, and with a config of its own. */
function driverWith(packages: readonly string[], config?: string): AdapterDriver {
  const driver = jestDriver();
  return {
    ...driver,
    packages: {
      ...driver.packages,
      ...Object.fromEntries(packages.map((name) => [name, folderOf(name)])),
    },
    ...(config !== undefined && { files: () => ({ 'jest.config.js': config }) }),
  };
}

function folderOf(name: string): string {
  const entry = require.resolve(name);
  const folder = `${name.replaceAll('/', '[\\\\/]')}`;
  return new RegExp(`^.*[\\\\/]node_modules[\\\\/]${folder}(?=[\\\\/])`).exec(entry)?.[0] ?? dirname(entry);
}

async function expectRecordedAndReplayed(project: Project, calls: number): Promise<void> {
  const recorded = await project.run({ mode: 'record' });
  expect(recorded.code, recorded.output).toBe(0);
  expect(recorded.output).toContain(`${calls} recorded`);
  await project.goOffline();
  const replayed = await project.run();
  expect(replayed.code, replayed.output).toBe(0);
  expect(replayed.output).toContain(`${calls} replayed`);
}

/** `https.request` as a function with a promise, for test files. */
const plainHttps = `
const https = require('node:https');
function askHttps(prompt, agent) {
  return new Promise((resolve, reject) => {
    const request = https.request('https://api.openai.com/v1/chat/completions', {
      method: 'POST', agent,
      headers: { 'content-type': 'application/json', authorization: 'Bearer ' + process.env.OPENAI_API_KEY },
    }, (response) => {
      let text = '';
      response.on('data', (piece) => (text += piece)).on('end', () => {
        if (response.statusCode === 200) resolve(text); else reject(new Error(text));
      });
    });
    request.on('error', reject);
    request.end(JSON.stringify({ model: 'gpt-4o-mini', messages: [{ role: 'user', content: prompt }] }));
  });
}
`;

describe('in the sandbox of a test file', () => {
  test(
    'real clients are recorded and replayed: openai, @anthropic-ai/sdk, axios, undici, node:https',
    async () => {
      const clients = ['openai', '@anthropic-ai/sdk', 'axios', 'undici'];
      const body = `${plainHttps}
        const OpenAI = require('openai');
        const Anthropic = require('@anthropic-ai/sdk');
        const axios = require('axios');
        const undici = require('undici');
        const messages = [{ role: 'user', content: 'hello' }];
        const request = { model: 'gpt-4o-mini', messages };
        test('openai', async () => {
          const client = new OpenAI();
          assert.ok((await client.chat.completions.create(request)).choices[0].message.content);
          let text = '';
          for await (const part of await client.chat.completions.create({ ...request, stream: true })) text += part.choices[0]?.delta.content ?? '';
          assert.ok(text);
        });
        test('anthropic', async () => {
          const client = new Anthropic();
          const stream = client.messages.stream({ model: 'claude-sonnet-4-5', max_tokens: 64, messages });
          assert.ok(await stream.finalText());
        });
        const url = 'https://api.openai.com/v1/chat/completions';
        const headers = { 'content-type': 'application/json', authorization: 'Bearer ' + process.env.OPENAI_API_KEY };
        test('axios', async () => { assert.ok((await axios.post(url, request, { headers })).data.choices); });
        test('undici', async () => {
          const one = await undici.request(url, { method: 'POST', headers, body: JSON.stringify(request) });
          assert.ok((await one.body.json()).choices);
          const two = await undici.fetch(url, { method: 'POST', headers, body: JSON.stringify({ ...request, n: 1 }) });
          assert.ok((await two.json()).choices);
        });
        test('node:https', async () => { assert.ok(await askHttps('hello', new https.Agent({ keepAlive: true }))); });`;
      await using project = await createProject(driverWith(clients), { tests: { clients: body } });
      const recorded = await project.run({ mode: 'record', env: { ANTHROPIC_API_KEY: 'sk-ant-project' } });
      expect(recorded.code, recorded.output).toBe(0);
      expect(recorded.output).toContain('7 recorded');
      await project.goOffline();
      const replayed = await project.run();
      expect(replayed.code, replayed.output).toBe(0);
      expect(replayed.output).toContain('7 replayed');
    },
    timeout,
  );

  test(
    'files of one worker do not see each other, whichever connections they left open',
    async () => {
      const body = (name: string): string => `${plainHttps}
        const agent = https.globalAgent;
        test('fetches', async () => { await ask('${name} by fetch'); await ask('${name} by fetch again'); });
        test('requests', async () => { await askHttps('${name} by https', agent); await askHttps('${name} by https again', agent); });`;
      const names = ['one', 'two', 'three'];
      await using project = await createProject(driverWith([]), {
        tests: Object.fromEntries(names.map((name) => [name, body(name)])),
      });
      const recorded = await project.run({ mode: 'record', workers: 1 });
      expect(recorded.code, recorded.output).toBe(0);
      expect(recorded.output).toContain('12 recorded');
      for (const name of names) {
        for (const path of [`cassettes/${name}/fetches.jsonl`, `cassettes/${name}/requests.jsonl`]) {
          const prompts = [...project.read(path).matchAll(/"content":"(\w+ by)/g)].map(([, it]) => it);
          expect(prompts, path).toEqual([`${name} by`, `${name} by`]);
        }
      }
      await project.goOffline();
      const replayed = await project.run({ workers: 1 });
      expect(replayed.output).toContain('12 replayed');
      expect(replayed.code, replayed.output).toBe(0);
    },
    timeout,
  );

  test(
    'a file that fails at its import leaves nothing to the next one',
    async () => {
      await using project = await createProject(driverWith([]), {
        tests: {
          broken: `throw new Error('broken import');`,
          fine: `${plainHttps} test('asks', async () => { await ask('fine'); await askHttps('fine too'); });`,
        },
      });
      project.write({
        // Alone, Jest runs the bigger file first.
        'broken.test.js': `${project.read('broken.test.js')}${'// '.padEnd(5000, '.')}\n`,
      });
      const run = await project.run({ mode: 'record', workers: 1 });
      expect(run.output).toContain('broken import');
      expect(run.output).toContain('2 recorded');
      expect(run.counts).toEqual({ passed: 1, failed: 0, skipped: 0 });
    },
    timeout,
  );

  test(
    'a call that outlives its file is refused, and does not reach the network',
    async () => {
      await using project = await createProject(driverWith([]), {
        tests: {
          // The bigger file runs first.
          early: `test('leaves a call behind', () => {
            const { setTimeout: later } = require('node:timers');
            const { writeFileSync } = require('node:fs');
            later(() => ask('too late').catch((error) => writeFileSync('late.txt', error.message)), 60);
          });${'\n// '.padEnd(5000, '.')}`,
          slow: `test('takes its time', () => new Promise((resolve) => setTimeout(resolve, 600)));`,
        },
      });
      const run = await project.run({
        workers: 1,
        env: {
          OPENAI_API_KEY: 'sk-project-key',
          REEL_UPSTREAMS: Object.entries(project.provider.upstreams)
            .map((pair) => pair.join('='))
            .join(','),
        },
      });
      expect(project.provider.calls).toBe(0);
      expect(project.read('late.txt')).toContain('REEL_SCOPE_CLOSED');
      expect(run.counts).toEqual({ passed: 2, failed: 0, skipped: 0 });
      expect(run.output).toContain('1 missed');
      expect(run.code, run.output).not.toBe(0);
    },
    timeout,
  );

  test(
    'done callbacks, generators and hooks keep their ways',
    async () => {
      const body = `
        let fromHook;
        beforeEach((done) => { ask('hook').then((it) => { fromHook = it; done(); }, done); });
        test('calls back', (done) => { ask('callback').then(() => done(), done); });
        test('is a generator', function* () { assert.ok(yield ask('step one')); assert.ok(yield ask('step two')); });
        test('has the hook', () => { assert.ok(fromHook); });`;
      await using project = await createProject(driverWith([]), { tests: { ways: body } });
      await expectRecordedAndReplayed(project, 6);
      project.writeTests({
        ways: `test('swallows', (done) => { ask('unknown').then(() => done(), () => done()); });
          test('swallows in steps', function* () { try { yield ask('unknown'); } catch {} });`,
      });
      expect((await project.run()).counts).toEqual({ passed: 0, failed: 2, skipped: 0 });
    },
    timeout,
  );
});

describe('with the config', () => {
  const one = { asks: `test('asks', async () => { assert.ok(await ask('hello')); });` };

  test.each([
    [
      'modern fake timers everywhere',
      `fakeTimers: { enableGlobally: true, doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask'] }`,
    ],
    ['legacy fake timers everywhere', 'fakeTimers: { enableGlobally: true, legacyFakeTimers: true }'],
    ['worker threads', 'workerThreads: true, maxWorkers: 2'],
    ['modules reset before each test', 'resetModules: true'],
  ])(
    '%s it records and replays',
    async (title, option) => {
      const config = `module.exports = require('@reel/jest').withReel({ watchman: false, ${option} });`;
      const tests = title.startsWith('legacy')
        ? { asks: `test('asks', async () => { jest.useRealTimers(); assert.ok(await ask('hello')); });` }
        : { ...one, again: one.asks };
      await using project = await createProject(driverWith([], config), { tests });
      const calls = Object.keys(tests).length;
      await expectRecordedAndReplayed(project, calls);
      expect(project.cassettes()).toHaveLength(calls);
    },
    timeout,
  );

  test(
    'under fake timers of every kind a replay does not wait',
    async () => {
      const config = `module.exports = require('@reel/jest').withReel({ watchman: false });`;
      await using project = await createProject(driverWith([], config), { tests: one });
      expect(await project.run({ mode: 'record' })).toMatchObject({ code: 0 });
      await project.goOffline();
      for (const options of ['', ', legacyFakeTimers: true']) {
        project.write({
          'jest.config.js': `module.exports = require('@reel/jest').withReel({ watchman: false, fakeTimers: { enableGlobally: true${options} } });`,
        });
        const run = await project.run();
        expect(run.code, run.output).toBe(0);
        expect(run.output).toContain('1 replayed');
      }
    },
    timeout,
  );

  test(
    'options, a config file in TypeScript with functions and patterns, and a config that is a promise hold in the sandbox',
    async () => {
      const config = `module.exports = require('@reel/jest').withReel(
        async () => ({ watchman: false, globals: { other: 1 } }),
        { dir: 'tapes' },
      );`;
      await using project = await createProject(driverWith([], config), {
        tests: {
          asks: `test('asks', async () => { assert.equal(other, 1); await ask('order 4711-' + Math.random()); });`,
        },
        files: {
          'reel.config.ts': `import type { X } from 'nowhere';
            const mask: RegExp = /order 4711-[\\d.e-]+/g;
            export default { match: { mask: [mask] } };`,
        },
      });
      await expectRecordedAndReplayed(project, 1);
      expect(project.cassettes()).toEqual(['tapes/asks/asks.jsonl']);
    },
    timeout,
  );

  test(
    'injectGlobals: false, and no reporter: correct, without a summary',
    async () => {
      const config = `module.exports = { watchman: false, injectGlobals: false, setupFilesAfterEnv: ['@reel/jest/setup'] };`;
      await using project = await createProject(driverWith([], config), { tests: {} });
      project.write({
        'asks.test.js': `const { test, expect } = require('@jest/globals');
          const { ask } = require('./ask.js');
          test('asks', async () => { expect(await ask('hello')).toBeTruthy(); });`,
      });
      expect(await project.run({ mode: 'record' })).toMatchObject({ code: 0 });
      await project.goOffline();
      expect(await project.run()).toMatchObject({ code: 0 });
      project.remove('cassettes');
      const missed = await project.run();
      expect(missed.output).toContain('REEL_CASSETTE_NOT_FOUND');
      expect(missed.output).not.toContain('replayed');
      expect(missed.code).not.toBe(0);
    },
    timeout,
  );

  test(
    'ES modules (--experimental-vm-modules) are recorded and replayed',
    async () => {
      const config = `module.exports = require('@reel/jest').withReel({ watchman: false, testMatch: ['**/*.test.mjs'] });`;
      await using project = await createProject(driverWith(['openai'], config), { tests: {} });
      project.write({
        'esm.test.mjs': `import assert from 'node:assert/strict';
          import { useCassette } from '@reel/jest';
          import OpenAI from 'openai';
          import { request } from 'node:https';
          const early = fetch;
          const model = 'gpt-4o-mini';
          test('through the SDK', async () => {
            assert.equal(typeof request, 'function');
            const messages = [{ role: 'user', content: 'hello' }];
            assert.ok((await new OpenAI({ fetch: early }).chat.completions.create({ model, messages })).choices[0]);
          });
          test('by hand', () => useCassette('by-hand', async () => {
            const messages = [{ role: 'user', content: 'by hand' }];
            assert.ok((await new OpenAI().chat.completions.create({ model, messages })).choices[0]);
          }));`,
      });
      const env = { NODE_OPTIONS: '--experimental-vm-modules' };
      const recorded = await project.run({ mode: 'record', env });
      expect(recorded.code, recorded.output).toBe(0);
      expect(recorded.output).toContain('2 recorded');
      await project.goOffline();
      const replayed = await project.run({ env });
      expect(replayed.code, replayed.output).toBe(0);
      expect(replayed.output).toContain('2 replayed');
    },
    timeout,
  );
});

describe('--ci', () => {
  test(
    'refuses to record, with and without the reporter',
    async () => {
      const bare = `module.exports = { watchman: false, setupFilesAfterEnv: ['@reel/jest/setup'] };`;
      for (const config of [undefined, bare]) {
        await using project = await createProject(driverWith([], config), {
          tests: { asks: `test('asks', async () => { await ask('hello'); });` },
        });
        const run = await project.run({ mode: 'record', args: ['--ci'] });
        expect(run.output).toContain('REEL_RECORDING_IN_CI');
        expect(run.code).not.toBe(0);
        expect(project.provider.calls).toBe(0);
      }
    },
    timeout,
  );
});

describe('where Jest is not as it should be', () => {
  test(
    'jsdom without fetch says what to do, and other clients are recorded and replayed there',
    async () => {
      // In two pieces, or Vitest takes it for its own.
      const body = `/** @jest-${'environment'} jsdom */
        ${jestDriver().prelude('./')}${plainHttps}
        test('fetches', () => ask('hello'));
        test('requests', async () => { assert.ok(document); assert.ok(await askHttps('hello')); });`;
      const driver = driverWith(['jest-environment-jsdom']);
      await using project = await createProject(driver);
      project.write({ 'page.test.js': body });
      const recorded = await project.run({ mode: 'record' });
      expect(recorded.output).toContain('REEL_RUNNER_UNSUPPORTED');
      expect(recorded.output).toContain(`@jest-${'environment'} node`);
      expect(recorded.output).toContain('1 recorded');
      expect(recorded.counts).toEqual({ passed: 1, failed: 1, skipped: 0 });
      await project.goOffline();
      expect((await project.run({ name: 'requests' })).code).toBe(0);
    },
    timeout,
  );

  test(
    'Jest 29 is refused before a test runs',
    async () => {
      const jest29 = dirname(require.resolve('jest29/package.json'));
      const driver = { ...jestDriver(jest29), files: jestDriver().files };
      await using project = await createProject(driver, {
        tests: { asks: `test('asks', async () => { await ask('hello'); });` },
      });
      const run = await project.run({ mode: 'record' });
      expect(run.output).toContain('REEL_RUNNER_UNSUPPORTED');
      expect(run.code).not.toBe(0);
      expect(run.counts.passed).toBe(0);
      expect(project.provider.calls).toBe(0);
    },
    timeout,
  );
});
