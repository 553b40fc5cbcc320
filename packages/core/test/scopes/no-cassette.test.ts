import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { startProviders, type Simulator } from '@reel/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { useCassette } from '../../src/use-cassette.ts';
import { ask } from './one-question.ts';

let provider: Simulator;
let dir: string;
beforeAll(async () => {
  provider = await startProviders();
  dir = mkdtempSync(join(tmpdir(), 'reel-no-cassette-'));
  const recording = { mode: 'record', dir, upstreams: provider.upstreams };
  await useCassette('chat/old name', recording, () => ask('hello'));
  await useCassette('old file/title', recording, () => ask('good bye'));
});
afterAll(async () => {
  await provider.close();
  rmSync(dir, { recursive: true });
});

const missed = async (name: string, fn: () => Promise<unknown>): Promise<string> =>
  await useCassette(name, { dir }, fn).then(
    () => 'nothing was missed',
    (error: Error) => error.message,
  );

test.each([
  ['chat/new name', 'hello', 'chat/old name', 'of the same file'],
  ['new file/title', 'good bye', 'old file/title', 'of the same title'],
])(
  '%s, which asks what another test %s has on tape, is told how to rename it',
  async (name, prompt, former) => {
    const message = await missed(name, () => ask(prompt));
    const path = (cassette: string): string => `'${relative(process.cwd(), join(dir, `${cassette}.jsonl`))}'`;
    expect(message).toContain('REEL_CASSETTE_NOT_FOUND');
    expect(message).toContain(
      `if the test or its file was renamed, rename the cassette: git mv ${path(former)} ${path(name)}`,
    );
  },
);

test('one that asks something else is told to record, and nothing more', async () => {
  const message = await missed('chat/new', () => ask('something else'));
  expect(message).toMatch(/fix: {3}run it once with REEL_MODE=record[^\n]*\n {2}docs:/);
});

test('a host of no known provider may be none that has to be recorded', async () => {
  const message = await missed('chat/elsewhere', () => fetch('http://db.internal:9200/_search'));
  expect(message).toContain('if it is no LLM, leave it alone: passthrough: ["db.internal:9200"]');
});
