import { AsyncResource } from 'node:async_hooks';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startProviders, type Simulator } from '@reel/testkit';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Recorder } from '../public-types.ts';
import { createSession } from '../session.ts';
import { useCassette } from '../use-cassette.ts';
import { closeTest } from './close-test.ts';
import { notRun } from './not-run.ts';
import { labelOf, openTest } from './open-test.ts';
import { takeStrays } from './stray-reports.ts';

describe('the scope of a test', () => {
  let root: string;
  let provider: Simulator;
  const recorders: Recorder[] = [];
  beforeEach(async () => {
    root = mkdtempSync(join(tmpdir(), 'reel-scopes-'));
    provider = await startProviders();
  });
  afterEach(async () => {
    for (const recorder of recorders.splice(0)) recorder.stop();
    await provider.close();
    rmSync(root, { recursive: true });
  });

  const session = (
    mode: string,
    options: object = {},
    environment: Record<string, string> = {},
  ): Recorder => {
    const recorder = createSession({
      from: root,
      options: { mode, upstreams: provider.upstreams, ...options },
      environment,
    }).start();
    recorders.push(recorder);
    return recorder;
  };
  const subject = (titlePath: string[]): Parameters<typeof openTest>[1] => ({
    file: join(root, 'test/chat.test.ts'),
    titlePath,
    root,
    command: "npx jest 'test/chat.test.ts'",
  });
  const ask = (prompt: string): Promise<Response> =>
    fetch('https://api.openai.com/v1/chat/completions', {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: 'Bearer sk-scopes' },
      body: JSON.stringify({ model: 'gpt-4o-mini', messages: [{ role: 'user', content: prompt }] }),
    });

  test('is named by its file and titles, relative to the root', () => {
    expect(labelOf(subject(['streams', 'greets']))).toBe('test/chat.test.ts > streams > greets');
    expect(labelOf(subject([]))).toBe('hooks of test/chat.test.ts');
  });

  test('repairs a miss of a useCassette inside it with the command that records the test', async () => {
    const scope = openTest(session('replay'), subject(['greets']));
    await scope.run(() => useCassette('inner', async () => void (await ask('hi')))).catch(() => {});
    const { problem } = await closeTest(scope, 'passed');
    expect(problem?.message).toContain('where: test/chat.test.ts > greets (cassette inner)');
    expect(problem?.message).toMatch(
      /fix: {3}to record it: REEL_MODE=record npx jest 'test\/chat\.test\.ts'\n/,
    );
  });

  test('is recorded, reported and replayed', async () => {
    const recording = openTest(session('record'), subject(['greets']));
    await recording.run(() => ask('hello'));
    const recorded = await closeTest(recording, 'passed');
    expect(recorded).toMatchObject({ problem: undefined, reports: [{ recorded: 1, saved: true }] });
    expect(existsSync(join(root, 'test/cassettes/chat/greets.jsonl'))).toBe(true);
    const replaying = openTest(session('replay'), subject(['greets']));
    await replaying.run(() => ask('hello'));
    expect((await closeTest(replaying, 'passed')).reports).toMatchObject([{ replayed: 1, used: [0] }]);
  });

  test('has a problem when something missed, whatever became of the error, and the command that repairs it', async () => {
    const scope = openTest(session('replay'), subject(['greets']));
    await scope.run(() => ask('hello'));
    const { problem, reports } = await closeTest(scope, 'passed');
    expect(problem?.message).toContain("REEL_MODE=record npx jest 'test/chat.test.ts'");
    expect(reports).toMatchObject([{ misses: [{ code: 'REEL_CASSETTE_NOT_FOUND' }] }]);
  });

  test('has a problem when its recording cannot be stored', async () => {
    const scope = openTest(session('record', { dir: 'tapes' }), subject(['greets']));
    await scope.run(() => ask('hello'));
    rmSync(join(root, 'tapes'), { recursive: true });
    writeFileSync(join(root, 'tapes'), '');
    expect((await closeTest(scope, 'passed')).problem?.message).toMatch(/REEL_STORE_UN\w+ABLE/);
  });

  test('of two projects may be recorded by one of them in a run', async () => {
    const recorder = session('record', {}, { REEL_RUN_DIR: root });
    for (const [project, code] of [
      ['one', undefined],
      ['one', undefined],
      ['two', 'REEL_CASSETTE_TAKEN'],
    ] as const) {
      const scope = openTest(recorder, { ...subject(['greets']), project });
      await scope.run(() => ask('hello'));
      const { reports } = await closeTest(scope, 'passed');
      expect(reports[0]!.misses[0]?.code).toBe(code);
    }
  });

  test('that was not run is reported as skipped, with the cassette it has', () => {
    expect(notRun(session('replay'), subject(['greets']))).toMatchObject({
      outcome: 'skipped',
      file: join(root, 'test/cassettes/chat/greets.jsonl'),
      replayed: 0,
    });
  });

  test('that had ended makes late requests strays, which are handed out once', async () => {
    const recorder = session('replay');
    const scope = openTest(recorder, subject(['greets']));
    let late: (() => Promise<Response>) | undefined;
    scope.run(() => {
      late = AsyncResource.bind(() => ask('late'));
    });
    await closeTest(scope, 'passed');
    await late!();
    const { reports, problem } = takeStrays(recorder, 'hooks of test/chat.test.ts');
    expect(problem?.message).toContain('REEL_SCOPE_CLOSED');
    expect(reports).toMatchObject([{ outcome: 'failed', misses: [{ code: 'REEL_SCOPE_CLOSED' }] }]);
    expect(takeStrays(recorder, 'again')).toEqual({ reports: [], problem: undefined });
  });
});
