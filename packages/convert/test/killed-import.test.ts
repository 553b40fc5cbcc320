import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { check } from '@reel/core/engine';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { importFiles } from '../src/import/import-files.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'reel-killed-import-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function recording(exchanges: number): string {
  const interactions = Array.from({ length: exchanges }, (_, number) => ({
    request: {
      method: 'POST',
      uri: 'https://api.openai.com/v1/chat/completions',
      headers: {},
      body: `{"n":${number}}`,
    },
    response: {
      status: { code: 200, message: 'OK' },
      headers: { 'content-type': ['application/json'] },
      body: {
        string: JSON.stringify({ id: `chatcmpl-${number}Abcdef012345`, text: 'lorem ipsum '.repeat(900) }),
      },
    },
  }));
  const path = join(folder, 'large.json');
  writeFileSync(path, JSON.stringify({ version: 1, interactions }));
  return path;
}

test('an import that is killed while it writes leaves no cassette, what it left is named, and it can be run again', async () => {
  const source = recording(1500);
  const to = join(folder, 'to');
  mkdirSync(to);
  const script = join(import.meta.dirname, 'speed/import-once.ts');
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', script, source, to], {
    stdio: 'ignore',
  });
  const exit = once(child, 'exit');
  while (readdirSync(to).length === 0 && child.exitCode === null)
    await new Promise((go) => setTimeout(go, 1));
  child.kill('SIGKILL');
  expect(await exit).toEqual([null, 'SIGKILL']);

  const left = readdirSync(to);
  expect(left.length).toBeGreaterThan(0);
  for (const name of left) expect(name).toMatch(/^\.large\.jsonl\.\d+-[0-9a-f]{6}-[0-9a-f]{8}\.tmp$/);
  const again = await importFiles({ sources: [source], to, environment: {} });
  expect(again.totals.exchanges).toBe(1500);
  expect(readdirSync(to)).toContain('large.jsonl');
  const report = await check({ base: folder, from: folder, paths: [to], known: [] });
  expect(report.findings.map(({ kind }) => kind)).toEqual(left.map(() => 'leftover'));
});
