import { renameSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { createProject, type AdapterDriver, type Project } from '@reel/testkit/adapter-conformance';
import { describe, expect, test } from 'vitest';
import { mochaDriver } from './driver.ts';

const require = createRequire(import.meta.url);
const timeout = 60_000;

async function expectRecordedAndReplayed(
  project: Project,
  calls: number,
  args: string[] = [],
): Promise<void> {
  const recorded = await project.run({ mode: 'record', args });
  expect(recorded.code, recorded.output).toBe(0);
  expect(recorded.output).toContain(`${calls} recorded`);
  await project.goOffline();
  const replayed = await project.run({ args });
  expect(replayed.code, replayed.output).toBe(0);
  expect(replayed.output).toContain(`${calls} replayed`);
}

function promptsOf(tape: string): string[] {
  return [...tape.matchAll(/"role":"user","content":"([^"]*)"/g)].map(([, prompt]) => prompt!);
}

describe('tests and hooks of Mocha', () => {
  test(
    'keep their ways: done callbacks, synchronous ones, contexts, tests made by tests',
    async () => {
      await using project = await createProject(mochaDriver(), {
        tests: {
          ways: `
            describe('group', function () {
              before(function () { this.shared = 'shared'; });
              beforeEach((done) => { ask('hook').then(() => done(), done); });
              it('calls back', function (done) { assert.equal(this.shared, 'shared'); ask('callback').then(() => done(), done); });
              it('is synchronous', () => {});
              it('never gets here');
            });
            describe('made while running', () => {
              before(function () {
                const { Test } = require('mocha');
                for (const name of ['one', 'two']) {
                  const made = new Test('made ' + name, async () => { await ask('made ' + name); });
                  this.test.parent.addTest(made);
                }
              });
              it('is there from the start', () => {});
            });`,
        },
      });
      await expectRecordedAndReplayed(project, 5);
      expect(project.cassettes()).toContain('cassettes/ways/made-while-running--made-two.jsonl');
    },
    timeout,
  );

  test(
    'fail by a swallowed miss, each in its own way, and the others run',
    async () => {
      const swallow = `ask('unknown').catch(() => {})`;
      await using project = await createProject(mochaDriver(), {
        tests: {
          ways: `
            it('by a promise', async () => { await ${swallow}; });
            it('by a callback', (done) => { ${swallow}.then(() => done()); });
            describe('around', () => {
              afterEach(async () => { await ${swallow}; });
              it('after it had passed', () => {});
              it('after it had passed as well', () => {});
            });
            describe('before', () => {
              beforeEach(async () => { await ${swallow}; });
              it('before it began', () => {});
            });
            it('with a failure of its own', async () => { await ${swallow}; assert.fail('its own'); });
            it('is fine', () => {});`,
        },
      });
      const run = await project.run();
      expect(run.output).toContain('6 missed');
      expect(run.output).toContain('its own');
      const failed = [...run.output.matchAll(/^ +\d+\) (.*)$/gm)].map(([, title]) => title);
      for (const title of ['by a promise', 'by a callback', 'before it began', 'with a failure of its own'])
        expect(failed).toContain(title);
      expect(run.output).toMatch(/6 failing/);
      expect(run.output).toContain('✔ is fine');
      expect(run.code).not.toBe(0);
    },
    timeout,
  );

  test(
    'at the top of a file belong to that file, serially and in parallel',
    async () => {
      const tests = {
        one: `before(async () => { await ask('before one'); }); it('first', async () => { await ask('first'); });`,
        two: `after(async () => { await ask('after two'); }); it('second', async () => { await ask('second'); });`,
      };
      await using project = await createProject(mochaDriver(), { tests });
      const recorded = await project.run({ mode: 'record' });
      expect(recorded.code, recorded.output).toBe(0);
      expect(promptsOf(project.read('cassettes/one/_setup.jsonl'))).toEqual(['before one']);
      expect(promptsOf(project.read('cassettes/two/_setup.jsonl'))).toEqual(['after two']);
      await project.goOffline();
      for (const args of [[], ['--parallel', '--jobs=2']]) {
        const run = await project.run({ args });
        expect(run.code, run.output).toBe(0);
        expect(run.output).toContain('4 replayed');
      }
    },
    timeout,
  );

  test(
    'with .only keep the cassette they have without, and the receipt says so',
    async () => {
      const twins = (only: string): string =>
        `it('twin', async () => { await ask('one'); }); it${only}('twin', async () => { await ask('two'); });`;
      await using project = await createProject(mochaDriver(), { tests: { twins: twins('') } });
      expect(await project.run({ mode: 'record' })).toMatchObject({ code: 0 });
      project.writeTests({ twins: twins('.only') });
      await project.goOffline();
      const run = await project.run();
      expect(run.code, run.output).toBe(0);
      expect(run.output).toContain('1 replayed');
      expect(project.receipt()).toMatchObject({ partial: ['only'] });
    },
    timeout,
  );

  test(
    'that are over their time fail, and the next has a cassette of its own',
    async () => {
      await using project = await createProject(mochaDriver(), {
        tests: {
          slow: `
            it('is too slow', async function () { this.timeout(50); await ask('slow'); await new Promise((resolve) => setTimeout(resolve, 200)); });
            it('goes on', async () => { await ask('goes on'); });`,
        },
      });
      const run = await project.run({ mode: 'record' });
      expect(run.counts).toMatchObject({ passed: 1, failed: 1 });
      expect(project.cassettes()).toEqual(['cassettes/slow/goes-on.jsonl']);
    },
    timeout,
  );

  test(
    'after a failure with --bail are not run, and their cassettes are not unused',
    async () => {
      const tests = (assertion: string): Record<string, string> => ({
        bails: `it('one', async () => { await ask('one'); ${assertion} }); it('two', async () => { await ask('two'); });`,
      });
      await using project = await createProject(mochaDriver(), { tests: tests('') });
      expect(await project.run({ mode: 'record' })).toMatchObject({ code: 0 });
      project.writeTests(tests('assert.fail();'));
      const run = await project.run({ bail: true });
      expect(run.counts).toMatchObject({ passed: 0, failed: 1 });
      expect(project.receipt()).toMatchObject({
        partial: ['stopped early'],
        cassettes: { 'cassettes/bails/two.jsonl': { skipped: true } },
      });
    },
    timeout,
  );
});

describe('the interface', () => {
  const ask = `const { ask } = require('./ask.js');`;
  test.each([
    [
      'tdd',
      `${ask} suiteSetup(() => ask('before')); suite('group', () => { setup(() => ask('each')); test('asks', () => ask('hello')); });`,
    ],
    [
      'qunit',
      `${ask} before(() => ask('before')); suite('group'); beforeEach(() => ask('each')); test('asks', () => ask('hello'));`,
    ],
    [
      'exports',
      `${ask} module.exports = { before: () => ask('before'), group: { beforeEach: () => ask('each'), asks: () => ask('hello') } };`,
    ],
  ])(
    '%s has the same cassettes as bdd',
    async (ui, source) => {
      await using project = await createProject(mochaDriver());
      project.write({ 'chat.test.js': source });
      await expectRecordedAndReplayed(project, 3, ['--ui', ui]);
      expect(project.cassettes()).toEqual([
        'cassettes/chat/_setup.jsonl',
        'cassettes/chat/group--asks.jsonl',
      ]);
      expect(promptsOf(project.read('cassettes/chat/_setup.jsonl'))).toEqual(['before']);
    },
    timeout,
  );
});

describe('a run', () => {
  test(
    'is red when what nobody awaits misses after the last test',
    async () => {
      await using project = await createProject(mochaDriver(), {
        tests: {
          late: `it('leaves a call behind', () => { setTimeout(() => ask('late').catch(() => {}), 1); });
            after(() => new Promise((resolve) => setTimeout(resolve, 60)));`,
        },
      });
      const run = await project.run();
      expect(run.output).toContain('REEL_SCOPE_CLOSED');
      expect(run.code).not.toBe(0);
    },
    timeout,
  );

  test(
    'with Mocha 11 records and replays, serially and in parallel',
    async () => {
      const mocha = dirname(require.resolve('mocha11/package.json'));
      for (const parallel of [false, true]) {
        await using project = await createProject(mochaDriver({ mocha, parallel }), {
          tests: {
            one: `before(async () => { await ask('before'); }); it('first', async () => { await ask('first'); });`,
            two: `it('second', async () => { await ask('second'); });`,
          },
        });
        await expectRecordedAndReplayed(project, 3);
        project.remove('cassettes/two');
        expect((await project.run()).code).not.toBe(0);
      }
    },
    timeout,
  );

  test(
    'of a program that makes its own Mocha has Reel when it is given the root hooks',
    async () => {
      await using project = await createProject(mochaDriver(), {
        tests: {
          asks: `before(async () => { await ask('before'); }); it('asks', async () => { await ask('hello'); });`,
        },
      });
      project.write({
        'run.mjs': `import Mocha from 'mocha';
          import { mochaGlobalSetup, mochaGlobalTeardown, mochaHooks } from '@reel/mocha';
          const mocha = new Mocha({ globalSetup: [mochaGlobalSetup], globalTeardown: [mochaGlobalTeardown] });
          mocha.rootHooks(mochaHooks);
          mocha.addFile('./asks.test.js');
          mocha.run((failures) => { process.exitCode = failures; });`,
      });
      const recorded = await project.shell(`REEL_MODE=record '${process.execPath}' run.mjs`);
      expect(recorded.code, recorded.output).toBe(0);
      expect(recorded.output).toContain('2 recorded');
      expect(project.cassettes()).toEqual(['cassettes/asks/_setup.jsonl', 'cassettes/asks/asks.jsonl']);
    },
    timeout,
  );

  test(
    'in watch mode says only what happened in it',
    async () => {
      const body = (prompt: string): Record<string, string> => ({
        asks: `it('asks', async () => { await ask('${prompt}'); }); it('asks as well', async () => { await ask('other'); });`,
      });
      await using project = await createProject(mochaDriver(), { tests: body('hello') });
      expect(await project.run({ mode: 'record' })).toMatchObject({ code: 0 });
      await project.goOffline();
      const running = project.start({ args: ['--watch', '--watch-files', '*.js'] });
      // At once: Mocha would load a file that is half written.
      const change = (prompt: string): void => {
        const prelude = project.driver.prelude('./');
        project.write({ draft: `${prelude}\n${body(prompt)['asks']}\n` });
        renameSync(join(project.folder, 'draft'), join(project.folder, 'asks.test.js'));
      };
      const settle = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 300));
      try {
        await running.until(/waiting for changes/);
        expect(running.output()).toContain('2 replayed');
        await settle();
        let at = running.output().length;
        change('good bye');
        await running.until(/reel .*\n[^]*waiting for changes/, at);
        expect(running.output().slice(at)).toContain('1 replayed · 1 missed in 2 tests');
        await settle();
        at = running.output().length;
        change('hello');
        await running.until(/reel .*\n[^]*waiting for changes/, at);
        expect(running.output().slice(at)).toContain('2 replayed in 2 tests');
        expect(running.output().slice(at)).not.toContain('missed');
      } finally {
        running.kill();
        await running.finished;
      }
    },
    timeout,
  );
});

describe('real clients', () => {
  test(
    'are recorded and replayed: openai, @anthropic-ai/sdk, axios, undici, node:https, also under fake timers',
    async () => {
      const clients = ['openai', '@anthropic-ai/sdk', 'axios', 'undici'];
      const body = `
        const https = require('node:https');
        const OpenAI = require('openai');
        const Anthropic = require('@anthropic-ai/sdk');
        const axios = require('axios');
        const undici = require('undici');
        const messages = [{ role: 'user', content: 'hello' }];
        const request = { model: 'gpt-4o-mini', messages };
        const url = 'https://api.openai.com/v1/chat/completions';
        const headers = { 'content-type': 'application/json', authorization: 'Bearer ' + process.env.OPENAI_API_KEY };
        it('openai', async () => {
          let text = '';
          for await (const part of await new OpenAI().chat.completions.create({ ...request, stream: true })) text += part.choices[0]?.delta.content ?? '';
          assert.ok(text);
        });
        it('anthropic', async () => {
          const { mock } = require('node:test');
          if (process.env.REEL_MODE !== 'record') mock.timers.enable();
          try {
            const stream = new Anthropic().messages.stream({ model: 'claude-sonnet-4-5', max_tokens: 64, messages });
            assert.ok(await stream.finalText());
          } finally { mock.timers.reset(); }
        });
        it('axios', async () => { assert.ok((await axios.post(url, request, { headers })).data.choices); });
        it('undici', async () => {
          const { body } = await undici.request(url, { method: 'POST', headers, body: JSON.stringify(request) });
          assert.ok((await body.json()).choices);
        });
        it('node:https', (done) => {
          https.request(url, { method: 'POST', headers }, (response) => {
            response.resume().on('end', () => done(response.statusCode === 200 ? undefined : new Error('refused')));
          }).end(JSON.stringify(request));
        });`;
      const driver: AdapterDriver = mochaDriver();
      const packages = Object.fromEntries(clients.map((name) => [name, folderOf(name)]));
      await using project = await createProject(
        { ...driver, packages: { ...driver.packages, ...packages } },
        { tests: { clients: body } },
      );
      const recorded = await project.run({ mode: 'record', env: { ANTHROPIC_API_KEY: 'sk-ant-project' } });
      expect(recorded.code, recorded.output).toBe(0);
      expect(recorded.output).toContain('5 recorded');
      await project.goOffline();
      const replayed = await project.run();
      expect(replayed.code, replayed.output).toBe(0);
      expect(replayed.output).toContain('5 replayed');
    },
    timeout,
  );
});

function folderOf(name: string): string {
  const entry = require.resolve(name);
  return new RegExp(`^.*[\\\\/]node_modules[\\\\/]${name.replaceAll('/', '[\\\\/]')}(?=[\\\\/])`).exec(
    entry,
  )![0];
}
