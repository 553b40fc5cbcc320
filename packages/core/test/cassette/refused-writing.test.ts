import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { cassette } from './store-conformance.ts';
import { createFileStore } from '../../src/cassette/stores/file.ts';

const child = join(import.meta.dirname, 'updating-process.ts');

describe.skipIf(process.platform === 'win32')('what the system refuses to write', () => {
  let root: string;
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'reel-refused-'));
    createFileStore({ root }).update('a', () => cassette('before'));
  });
  afterEach(() => {
    chmodSync(root, 0o755);
    rmSync(root, { recursive: true, force: true });
  });

  const expectUntouched = (): void => {
    expect(readdirSync(root)).toEqual(['a.jsonl']);
    expect(Buffer.compare(createFileStore({ root }).read('a')!.bytes, cassette('before').bytes)).toBe(0);
  };

  it('half-way, as a full disk does, leaves the old cassette and nothing beside it', () => {
    // A limit on the size of files stands in for the end of the disk: the first bytes go through, the next do not.
    const limited = ['-c', 'ulimit -f 16; exec "$@"', 'sh', process.execPath, child, root, 'a', '1000000'];
    const { stdout } = spawnSync('sh', limited, { encoding: 'utf8' });
    expect(stdout).toContain('REEL_STORE_UNWRITABLE');
    expect(stdout).toContain('EFBIG');
    expectUntouched();
  });

  it('in a folder of somebody else leaves everything as it was', () => {
    chmodSync(root, 0o555);
    // The superuser may write everywhere, so the process runs as somebody who may not.
    const other = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};
    const { stdout } = spawnSync(process.execPath, [child, root, 'a', '10'], { encoding: 'utf8', ...other });
    expect(stdout).toContain('REEL_STORE_UNWRITABLE');
    expect(stdout).toContain('permission is missing');
    expectUntouched();
  });
});
