import { createSharedProject, type SharedProject } from '@reel/testkit/adapter-conformance';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { newestDrivers } from '../src/pairs.ts';

const drivers = newestDrivers();
const runners = drivers.map(({ runner }) => runner);

/** What an application's tests do, in the words that every runner has. */
const tests = {
  chat: `
    test('answers', async () => { assert.ok(await ask('hello there')); });
    describe('a conversation', () => {
      beforeEach(async () => { await ask('the rules'); });
      test('Remembers "names" (and more)', async () => { await ask('I am Ada'); assert.ok(await ask('who am I?')); });
      testEach(['one', 'two'], 'says %s', async (word) => { assert.ok(await ask('say ' + word)); });
    });`,
  'desk/support': `
    describe('support', () => {
      beforeAll(async () => { await ask('warm up'); });
      test('refunds', async () => { await Promise.all([ask('left'), ask('right')]); });
      test('bills', async () => { await useCassette('billing/invoice', () => ask('bill me')); });
    });`,
};

describe('four runners over one set of cassettes', () => {
  let project: SharedProject;
  const recordings = new Map<string, Readonly<Record<string, string>>>();
  beforeAll(async () => {
    project = await createSharedProject(drivers, tests);
  });
  afterAll(() => project[Symbol.asyncDispose]());

  test.each(runners)(
    'what %s recorded replays under all of them, with no key, and no byte changes',
    async (runner) => {
      project.removeTapes();
      const recorded = await project.parts.get(runner)!.run({ mode: 'record' });
      expect(recorded.code, recorded.output).toBe(0);
      const tapes = project.tapes();
      expect(Object.keys(tapes)).toHaveLength(7);
      recordings.set(runner, project.bodies());
      const { calls } = project.provider;
      for (const [other, part] of project.parts) {
        const replayed = await part.run({ env: { CI: '1' } });
        expect(replayed.code, `${other}\n${replayed.output}`).toBe(0);
        expect(replayed.output, other).toContain('12 replayed');
      }
      expect(project.tapes()).toEqual(tapes);
      expect(project.provider.calls).toBe(calls);
    },
  );

  test('all of them record the same files, equal but for the time in the header', () => {
    const [first, ...others] = recordings.values();
    expect(recordings.size).toBe(runners.length);
    for (const other of others) expect(other).toEqual(first);
  });

  test('an interaction that is deleted fails the same one test under each, with the remedy of that runner', async () => {
    const cassette = Object.keys(project.tapes()).find((path) => path.includes('remembers'))!;
    const part = project.parts.values().next().value!;
    const whole = part.read(`../../cassettes/${cassette}`);
    const lines = whole.split('\n');
    const last = lines.findLastIndex((line) => line.startsWith('{"request"'));
    part.write({ [`../../cassettes/${cassette}`]: `${lines.slice(0, last).join('\n')}\n` });
    try {
      for (const [runner, { run }] of project.parts) {
        const missed = await run();
        expect(missed.code).not.toBe(0);
        expect(missed.counts, missed.output).toMatchObject({ failed: 1 });
        expect(missed.output).toMatch(new RegExp(`REEL_MODE=record npx ${runner} .*Remembers`));
      }
    } finally {
      part.write({ [`../../cassettes/${cassette}`]: whole });
    }
  });
});
