import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { claimCassette } from './claims.ts';

describe('claimCassette', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'reel-claims-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  test('gives a cassette to the project that asks first, as often as it asks', () => {
    expect(claimCassette(folder, 'a.jsonl', { project: 'one', test: 'asks' })).toBeUndefined();
    expect(claimCassette(folder, 'a.jsonl', { project: 'one', test: 'asks' })).toBeUndefined();
  });

  test('names the first one to another project', () => {
    claimCassette(folder, 'a.jsonl', { project: 'one', test: 'asks' });
    expect(claimCassette(folder, 'a.jsonl', { project: 'two', test: 'asks' })).toEqual({
      project: 'one',
      test: 'asks',
    });
  });

  test('keeps cassettes apart', () => {
    claimCassette(folder, 'a.jsonl', { project: 'one', test: 'asks' });
    expect(claimCassette(folder, 'b.jsonl', { project: 'two', test: 'asks' })).toBeUndefined();
  });

  test('has one winner among threads that ask at the same time, and all the others know its name', async () => {
    // The claim was visible before its text: the second one read an empty file and named nobody.
    const code = `
      const { parentPort, workerData } = require('node:worker_threads');
      import(workerData.module).then(({ claimCassette }) => {
        const answers = [];
        for (let n = 0; n < 200; n++) {
          while (Atomics.load(workerData.turn, 0) < n);
          answers.push(claimCassette(workerData.folder, 'cassette ' + n, { project: workerData.project, test: 't' })?.project);
          if (Atomics.add(workerData.turn, 1, 1) % 2 === 1) Atomics.add(workerData.turn, 0, 1);
        }
        parentPort.postMessage(answers);
      });`;
    const turn = new Int32Array(new SharedArrayBuffer(8));
    const module = new URL('./claims.ts', import.meta.url).href;
    const [one, two] = await Promise.all(
      ['one', 'two'].map(
        (project) =>
          new Promise<(string | undefined)[]>((resolve, reject) => {
            const worker = new Worker(code, { eval: true, workerData: { folder, module, project, turn } });
            worker.once('message', resolve).once('error', reject);
          }),
      ),
    );
    for (const [index, answer] of one!.entries()) {
      expect([answer, two![index]]).toContainEqual(undefined);
      expect(answer ?? two![index]).toBe(answer === undefined ? 'one' : 'two');
    }
    expect(readdirSync(join(folder, 'claims'))).toHaveLength(200);
  });
});
