import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';
import { encodeCassette } from '../../src/cassette/format.ts';
import type { CassetteContent } from '../../src/library/files/cassette-file.ts';
import type { Interaction } from '../../src/model/interaction.ts';
import { sampleHeader } from '../cassette/sample-interaction.ts';

/** A folder with these files, by path; removed when the test ends. */
export function folderWith(files: Readonly<Record<string, string | Uint8Array>> = {}): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'reel-library-')));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true, maxRetries: 3 }));
  writeInto(folder, files);
  return folder;
}

export function writeInto(folder: string, files: Readonly<Record<string, string | Uint8Array>>): void {
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
}

/** A cassette of these interactions as text. */
export function cassetteText(
  interactions: readonly Interaction[],
  header: Partial<typeof sampleHeader> = {},
): string {
  return Buffer.from(encodeCassette({ ...sampleHeader, ...header }, interactions).bytes).toString('utf8');
}

export function contentOf(text: string | Uint8Array, where = 'cassettes/a.jsonl'): CassetteContent {
  return { path: `/${where}`, where, bytes: Buffer.from(text), readBlob: () => undefined };
}

/** Runs git in a folder, as somebody with a name. */
export function git(folder: string, ...args: string[]): string {
  const who = ['-c', 'user.name=Tester', '-c', 'user.email=tester@example.com', '-c', 'commit.gpgsign=false'];
  return execFileSync('git', [...who, ...args], { cwd: folder, encoding: 'utf8', stdio: 'pipe' });
}
