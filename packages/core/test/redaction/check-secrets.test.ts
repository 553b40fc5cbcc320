import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { checkSecrets } from '../../src/check-secrets.ts';
import { secretsByRule, seeded } from '../fixtures/synthetic-secrets.ts';

const key = secretsByRule['groq-key']![0]!(seeded(1));
const bin = resolve(import.meta.dirname, '../../src/bin/check-secrets.ts');
const header = JSON.stringify({ reel: 1, name: 'a' });
const dirty = `${header}\n${JSON.stringify({ request: 1, json: { note: `x ${key}` } })}\n`;
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'reel-check-'));
  mkdirSync(join(folder, 'cassettes'));
  execFileSync('git', ['init', '-q'], { cwd: folder });
  write('cassettes/clean.jsonl', `${header}\n`);
  write('cassettes/dirty.jsonl', dirty);
  write('notes.txt', 'nothing here');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function write(path: string, text: string): void {
  writeFileSync(join(folder, path), text);
}

function run(...args: string[]): {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
} {
  const { status, stdout, stderr } = spawnSync(process.execPath, [bin, ...args], {
    cwd: folder,
    encoding: 'utf8',
  });
  expect(stdout + stderr).not.toContain(key.slice(4, 14));
  return { code: status, out: stdout, err: stderr };
}

test('says rule, file, line and path, and exits with 1', () => {
  const { code, out } = run('cassettes/clean.jsonl', 'cassettes/dirty.jsonl');
  expect(code).toBe(1);
  expect(out).toMatch(/^cassettes\/dirty\.jsonl:2 {2}json\.note {2}prefixed-key\n1 finding in 2 files/);
});

test('gives one JSON document, with fingerprints where they are asked for', () => {
  const { code, out } = run('--json', '--fingerprints', 'cassettes/dirty.jsonl');
  expect(code).toBe(1);
  expect(JSON.parse(out)).toEqual({
    files: 1,
    findings: [
      {
        where: 'cassettes/dirty.jsonl',
        ruleId: 'prefixed-key',
        line: 2,
        path: 'json.note',
        encoding: 'plain',
        fingerprint: expect.stringMatching(/^sha256:[0-9a-f]{16}$/),
      },
    ],
  });
});

test('finds nothing in what is clean, and exits with 0', () => {
  expect(run('cassettes/clean.jsonl', 'notes.txt')).toMatchObject({
    code: 0,
    out: '0 findings in 2 files\n',
  });
});

test('exits with 2 for a file that is not there and an option that does not exist', () => {
  expect(run('no-such-file')).toMatchObject({ code: 2, err: expect.stringContaining('no-such-file') });
  expect(run('--jsn')).toMatchObject({ code: 2, err: expect.stringContaining('--jsn') });
});

test('without files looks at the cassettes as they are staged, not as they are in the work tree', () => {
  execFileSync('git', ['add', '.'], { cwd: folder });
  write('cassettes/dirty.jsonl', `${header}\n`);
  expect(run()).toMatchObject({ code: 1, out: expect.stringContaining('cassettes/dirty.jsonl:2') });
  execFileSync('git', ['add', '.'], { cwd: folder });
  expect(run().code).toBe(0);
  write('cassettes/dirty.jsonl', dirty);
  expect(run().code).toBe(0);
});

test('takes the allow list of the configuration', () => {
  write('cassettes/dirty.jsonl', dirty);
  const allow = [{ rule: 'prefixed-key', path: 'json.note', reason: 'an example' }];
  write('reel.config.json', JSON.stringify({ redact: { allow } }));
  expect(run('cassettes/dirty.jsonl').code).toBe(0);
  write('reel.config.json', JSON.stringify({ redact: { alow: allow } }));
  expect(run('cassettes/dirty.jsonl')).toMatchObject({
    code: 2,
    err: expect.stringContaining('redact.allow'),
  });
  rmSync(join(folder, 'reel.config.json'));
});

test('is a function too', () => {
  expect(checkSecrets([{ where: 'a', bytes: Buffer.from(dirty) }])).toMatchObject([{ where: 'a', line: 2 }]);
  expect(checkSecrets([{ where: 'a', bytes: Buffer.from(header) }], { known: [key] })).toEqual([]);
});
