import { cpSync, existsSync, mkdirSync, readFileSync, readdirSync, realpathSync, rmSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import type { CheckFinding } from '@reel/core/engine';
import type { Workspace } from '../../commands/shared/workspace.ts';
import { UsageError } from '../../frame/usage-error.ts';
import { changedFiles } from '../changed-files.ts';
import type { Git } from '../git.ts';
import { filesFolder, sha256, writeManifest, type ManifestFile } from './manifest.ts';

export interface Collected {
  /** Cassettes, relative to the repository. Empty: nothing was recorded anew, and nothing was written. */
  readonly cassettes: readonly string[];
  /** All files, blobs among them. */
  readonly files: number;
  readonly bytes: number;
  /** Errors keep the folder from being written. */
  readonly findings: readonly CheckFinding[];
}

/**
 * Copies the cassettes that differ from the last commit, and their blobs, to a folder that another job takes them from. A cassette that is
 * gone is not handed over: a test that failed has none, and that is no reason to take its old one away. An artifact can be read by
 * everybody who can read the repository, so nothing leaves this job unchecked.
 * @throws UsageError when the folder is there already and is not empty
 */
export async function collect(workspace: Workspace, git: Git, out: string): Promise<Collected> {
  const { engine, base, dir } = workspace;
  if (existsSync(out) && readdirSync(out).length > 0)
    throw new UsageError(`${out} is not empty`, 'name a folder that is not there yet');
  const top = realpathSync(git.folder);
  const pathOf = (file: string): string => relative(top, realpathSync(file)).split(sep).join('/');
  const changed = changedFiles(git).filter(({ isDeleted }) => !isDeleted);
  const found = workspace.find([]).filter((file) => {
    const path = pathOf(file.path);
    const blobs = `${path.replace(/\.jsonl$/, '')}.blobs/`;
    return changed.some((change) => change.path === path || change.path.startsWith(blobs));
  });
  const cassettes = found.map((file) => pathOf(file.path));
  if (cassettes.length === 0) return { cassettes, files: 0, bytes: 0, findings: [] };
  const { known, allow } = workspace.redactor();
  const paths = found.map((file) => file.path);
  const { findings } = await engine.check({ base, from: top, dir, paths, known, allow, cache: false });
  // Leftovers beside a cassette are not copied.
  const serious = findings.filter(({ kind }) => kind !== 'leftover' && kind !== 'orphan-blob');
  if (serious.some(({ severity }) => severity === 'error'))
    return { cassettes, files: 0, bytes: 0, findings: serious };
  const files = cassettes
    .flatMap((path) => [path, ...blobsOf(top, path)])
    .map((path) => copy(top, path, out));
  writeManifest(out, { reelArtifact: 1, commit: git.run('rev-parse', 'HEAD'), files });
  return {
    cassettes,
    files: files.length,
    bytes: files.reduce((sum, { bytes }) => sum + bytes, 0),
    findings: serious,
  };
}

function blobsOf(top: string, path: string): string[] {
  const folder = path.replace(/\.jsonl$/, '.blobs');
  const whole = join(top, ...folder.split('/'));
  if (!existsSync(whole)) return [];
  return readdirSync(whole)
    .filter((name) => /^[0-9a-f]{32}\.bin$/.test(name))
    .map((name) => `${folder}/${name}`);
}

function copy(top: string, path: string, out: string): ManifestFile {
  const target = resolve(out, filesFolder, ...path.split('/'));
  mkdirSync(dirname(target), { recursive: true });
  rmSync(target, { force: true });
  cpSync(join(top, ...path.split('/')), target, { dereference: true });
  const bytes = readFileSync(target);
  return { path, bytes: bytes.byteLength, sha256: sha256(bytes) };
}
