import assert from 'node:assert/strict';
import type { AdapterDriver } from './driver.ts';
import { createProject } from './project.ts';
import { promptsOf } from './prompts.ts';

/**
 * The conformance suite in five runs, for a version of a runner on a version of Node: recording, replay, a swallowed miss, its
 * remedy, a failing test. Needs no test runner around it.
 * @param node path of the Node to run on; default: this one
 * @throws what does not hold
 */
export async function shortCheck(driver: AdapterDriver, node?: string): Promise<void> {
  await using project = await createProject(driver, {
    ...(node !== undefined && { node }),
    tests: {
      chat: `
        beforeEach(async () => { await ask('before each'); });
        test('answers', async () => { assert.ok(await ask('hello there')); });
        describe('outer', () => { testEach(['one', 'two'], 'says %s', async (word) => { await ask('say ' + word); }); });`,
      other: `
        describe('group', () => {
          beforeAll(async () => { await ask('before group'); });
          test('swallows', async () => {
            try { await ask(process.env.PHASE === '2' ? 'something new' : 'something old'); } catch {}
            assert.notEqual(process.env.PHASE, '3');
          });
        });`,
    },
  });
  const recorded = await project.run({ mode: 'record' });
  assert.equal(recorded.code, 0, recorded.output);
  assert.deepEqual(project.cassettes(), [
    'cassettes/chat/answers.jsonl',
    'cassettes/chat/outer--says-one.jsonl',
    'cassettes/chat/outer--says-two.jsonl',
    'cassettes/other/_setup.jsonl',
    'cassettes/other/group--swallows.jsonl',
  ]);
  assert.deepEqual(promptsOf(project.read('cassettes/chat/answers.jsonl')), ['before each', 'hello there']);
  const tapes = project.tapes();

  const failed = await project.run({ mode: 'record', files: ['other'], env: { PHASE: '3' } });
  assert.notEqual(failed.code, 0, failed.output);
  assert.equal(
    project.read('cassettes/other/group--swallows.jsonl'),
    tapes['cassettes/other/group--swallows.jsonl'],
  );

  const missed = await project.run({ env: { PHASE: '2' } });
  assert.notEqual(missed.code, 0, missed.output);
  assert.deepEqual(missed.counts, { passed: 3, failed: 1, skipped: 0 }, missed.output);
  assert.match(missed.output, /REEL_NO_MATCH/);
  const remedy = /to record it: ([^\n]*swallows[^\n]*)/.exec(missed.output)?.[1];
  assert.ok(remedy, missed.output);

  const repaired = await project.shell(remedy.replace(/^(REEL_MODE=\w+)/, '$1 PHASE=2'));
  assert.equal(repaired.code, 0, `${remedy}\n${repaired.output}`);
  await project.goOffline();
  const replayed = await project.run({ env: { CI: '1', PHASE: '2' } });
  assert.equal(replayed.code, 0, replayed.output);
  assert.match(replayed.output, /8 replayed/);
}
