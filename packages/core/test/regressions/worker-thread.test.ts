import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';

const register = pathToFileURL(join(import.meta.dirname, '../../dist/register.js')).href;

test('a miss in a worker thread makes the whole process end non-zero', () => {
  const folder = mkdtempSync(join(tmpdir(), 'reel-worker-'));
  try {
    writeFileSync(
      join(folder, 'worker.mjs'),
      `await fetch('https://api.openai.com/v1/models').catch(() => {});`,
    );
    writeFileSync(
      join(folder, 'main.mjs'),
      `import { Worker } from 'node:worker_threads'; new Worker(new URL('worker.mjs', import.meta.url));`,
    );
    const inherited = Object.entries(process.env).filter(
      ([name]) => !/^(REEL_|VITEST|NODE_OPTIONS|CI$)/.test(name),
    );
    const env = { ...Object.fromEntries(inherited), REEL_CASSETTE: 'tape' };
    const run = spawnSync(process.execPath, ['--import', register, 'main.mjs'], {
      cwd: folder,
      env,
      encoding: 'utf8',
    });
    expect(run.stderr).toContain('REEL_CASSETTE_NOT_FOUND');
    expect(run.status).toBe(1);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
