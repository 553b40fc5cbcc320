import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const example = fileURLToPath(new URL('../../../apps/example/', import.meta.url));

/** Every cassette under a folder, by `<test file>/<test>`, without its header line. */
function tapes(folder: string): Map<string, string> {
  return new Map(
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((path) => path.endsWith('.jsonl'))
      .toSorted()
      .map((path) => {
        const text = readFileSync(join(folder, path), 'utf8');
        return [path.replaceAll('\\', '/'), text.slice(text.indexOf('\n') + 1)];
      }),
  );
}

test('a second recording of the whole example changes header lines only', async () => {
  const again = mkdtempSync(join(tmpdir(), 'reel-example-'));
  try {
    const environment = Object.entries(process.env).filter(([name]) => !/^(REEL_|VITEST)/.test(name));
    const child = spawn(process.execPath, ['record.ts'], {
      cwd: example,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...Object.fromEntries(environment), REEL_DIR: again, REEL_ALLOW_RECORD: '1' },
    });
    let output = '';
    child.stdout.on('data', (piece: Buffer) => (output += piece.toString()));
    child.stderr.on('data', (piece: Buffer) => (output += piece.toString()));
    const code = await new Promise((resolve) => child.on('close', resolve));
    expect(output).toContain('recorded');
    expect(code).toBe(0);
    const committed = tapes(join(example, 'test/cassettes'));
    // Only its Playwright suite has tests with a page.
    for (const path of committed.keys()) if (/^(page|page-tools|drafts)\//.test(path)) committed.delete(path);
    const recorded = tapes(again);
    expect([...recorded.keys()]).toEqual([...committed.keys()]);
    expect(recorded).toEqual(committed);
  } finally {
    rmSync(again, { recursive: true, force: true });
  }
}, 120_000);
