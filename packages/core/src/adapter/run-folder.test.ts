import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { ScopeReport } from '../report.ts';
import { clearReports, isTelling, readReports, runFolder, writeReports } from './run-folder.ts';

const nothing: ScopeReport = {
  cassette: 'cassettes/a/asks.jsonl',
  test: 'a.test.ts > asks',
  mode: 'replay',
  outcome: 'passed',
  replayed: 0,
  recorded: 0,
  used: [],
  saved: false,
  misses: [],
  unused: [],
  savedUsage: [],
  spentUsage: [],
  warnings: [],
};

describe('the folder of a run', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'reel-run-test-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  test('is known to the processes of the run by a variable', () => {
    expect(runFolder({ REEL_RUN_DIR: folder })).toBe(folder);
    expect(runFolder({ REEL_RUN_DIR: '' })).toBeUndefined();
    expect(runFolder({})).toBeUndefined();
  });

  test('is made for a process and goes with it', () => {
    const module = fileURLToPath(new URL('./run-folder.ts', import.meta.url));
    const code = `import { createRunFolder } from ${JSON.stringify(module)};
      import { existsSync } from 'node:fs';
      const folder = createRunFolder();
      console.log(JSON.stringify([folder, existsSync(folder), process.env.REEL_RUN_DIR === folder]));`;
    const { stdout } = spawnSync(process.execPath, ['--input-type=module', '-e', code], { encoding: 'utf8' });
    const [made, wasThere, isNamed] = JSON.parse(stdout) as [string, boolean, boolean];
    expect([wasThere, isNamed, existsSync(made)]).toEqual([true, true, false]);
  });

  test('hands reports on, of each test the last attempt', () => {
    writeReports(folder, 'one', [{ ...nothing, replayed: 1 }]);
    writeReports(folder, 'two', [{ ...nothing, replayed: 2 }]);
    writeReports(folder, 'one', [{ ...nothing, replayed: 3 }]);
    expect(readReports(folder).map(({ replayed }) => replayed)).toEqual([3, 2]);
  });

  test('forgets a miss when the next attempt did nothing at all', () => {
    const miss = { code: 'REEL_NO_MATCH', method: 'POST', url: 'https://x.test/', message: 'm' } as const;
    writeReports(folder, 'retried', [{ ...nothing, misses: [miss] }]);
    writeReports(folder, 'retried', [nothing]);
    expect(readReports(folder)).toEqual([]);
  });

  test('holds no file of a suite without calls', () => {
    writeReports(folder, 'quiet', [nothing]);
    expect(readdirSync(folder)).toEqual([]);
  });

  test('passes over the line that a killed worker left half', () => {
    writeReports(folder, 'whole', [{ ...nothing, replayed: 1 }]);
    appendFileSync(join(folder, 'reports-1-0.jsonl'), '{"key":"half","rep');
    expect(readReports(folder)).toHaveLength(1);
  });

  test('is empty for the next run of a watch mode, claims included', () => {
    writeReports(folder, 'old', [{ ...nothing, replayed: 1 }]);
    mkdirSync(join(folder, 'claims'));
    clearReports(folder);
    expect(readdirSync(folder)).toEqual([]);
  });

  test('hears of a skipped test only if it has a cassette', () => {
    const file = join(folder, 'asks.jsonl');
    const skipped = { ...nothing, outcome: 'skipped', file } as const;
    expect(isTelling(skipped)).toBe(false);
    writeFileSync(file, '');
    expect(isTelling(skipped)).toBe(true);
    expect(isTelling({ ...nothing, file })).toBe(false);
  });
});
