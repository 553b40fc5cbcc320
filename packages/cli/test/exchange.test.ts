import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { reel } from './reel.ts';
import { temporaryFolder } from './temporary-folder.ts';

const recording = `interactions:
- request:
    body: '{"model": "m"}'
    headers:
      content-type: [application/json]
    method: POST
    uri: https://api.example.com/v1/chat/completions
  response:
    body:
      string: '{"ok": true}'
    headers:
      content-type: [application/json]
      date: ['Fri, 20 Nov 2026 10:00:00 GMT']
    status: {code: 200, message: OK}
version: 1
`;

function project(): string {
  const cwd = temporaryFolder();
  mkdirSync(join(cwd, 'old/chat'), { recursive: true });
  writeFileSync(join(cwd, 'old/chat/test_ask.yaml'), recording);
  return cwd;
}

test('reel import writes cassettes and says what it did', async () => {
  const cwd = project();
  const { code, stdout } = await reel(['import', 'old', '--to', 'cassettes'], { cwd });

  expect(code).toBe(0);
  expect(stdout).toContain('chat/test_ask.yaml (vcrpy): 1 exchange -> chat/test_ask');
  expect(stdout).toContain('1 exchange of 1 file imported to cassettes');
  const cassette = readFileSync(join(cwd, 'cassettes/chat/test_ask.jsonl'), 'utf8');
  expect(cassette).toContain('"recordedAt":"2026-11-20T10:00:00Z"');
  expect(cassette).toContain('"url":"https://api.example.com/v1/chat/completions"');
});

test('reel import --dry-run --json writes one document and no file', async () => {
  const cwd = project();
  writeFileSync(join(cwd, 'old/page.html'), '<!doctype html><p>404');
  const { code, stdout } = await reel(['import', 'old', '--to', 'cassettes', '--dry-run', '--json'], { cwd });

  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({
    dryRun: true,
    totals: { files: 2, importedFiles: 1, exchanges: 1 },
    files: [
      { cassette: 'chat/test_ask' },
      { problem: 'it is a web page, not a recording (a download that failed?)' },
    ],
  });
  expect(() => readFileSync(join(cwd, 'cassettes/chat/test_ask.jsonl'))).toThrow(/ENOENT/);
});

test('reel import without --to says so', async () => {
  const { code, stderr } = await reel(['import', 'old'], { cwd: project() });
  expect(code).toBe(2);
  expect(stderr).toContain('--to');
});

test('reel export gives back what was imported', async () => {
  const cwd = project();
  await reel(['import', 'old', '--to', 'cassettes'], { cwd });
  const har = await reel(['export', '--to', 'har', 'cassettes/chat/test_ask.jsonl'], { cwd });
  expect(har.code).toBe(0);
  expect(JSON.parse(har.stdout)).toHaveProperty('log.entries[0].response.content.text', '{"ok": true}');

  const { code } = await reel(['export', '--to', 'vcrpy', 'cassettes', '--out', 'new'], { cwd });
  expect(code).toBe(0);
  await reel(['import', 'new', '--to', 'again'], { cwd });
  const [first, second] = ['cassettes', 'again'].map((folder) =>
    readFileSync(join(cwd, folder, 'chat/test_ask.jsonl'), 'utf8')
      .split('\n')
      .slice(1)
      .join('\n'),
  );
  expect(second).toBe(first);
});
