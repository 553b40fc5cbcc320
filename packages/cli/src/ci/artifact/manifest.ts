import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { UsageError } from '../../frame/usage-error.ts';

/** What one job hands to the next: `manifest.json` beside the folder `files`. */
export interface Manifest {
  /** Version of this format. */
  readonly reelArtifact: 1;
  /** Commit that was checked out when it was recorded. */
  readonly commit: string;
  readonly files: readonly ManifestFile[];
}

export interface ManifestFile {
  /** Relative to the repository, with `/`. */
  readonly path: string;
  readonly bytes: number;
  readonly sha256: string;
}

export const manifestName = 'manifest.json';
export const filesFolder = 'files';

export function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

export function writeManifest(folder: string, manifest: Manifest): void {
  writeFileSync(join(folder, manifestName), `${JSON.stringify(manifest, null, 1)}\n`);
}

/** @throws UsageError when it is not there, or is none */
export function readManifest(folder: string): Manifest {
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(join(folder, manifestName), 'utf8'));
  } catch (error) {
    const isMissing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    throw new UsageError(
      `${join(folder, manifestName)} ${isMissing ? 'is missing' : 'cannot be read'}`,
      'name a folder that reel ci collect made',
    );
  }
  if (isManifest(value)) return value;
  throw new UsageError(
    `${join(folder, manifestName)} is not what reel ci collect writes`,
    'use one version of Reel in both jobs',
  );
}

function isManifest(value: unknown): value is Manifest {
  if (typeof value !== 'object' || value === null) return false;
  const { reelArtifact, commit, files } = value as Record<string, unknown>;
  return (
    reelArtifact === 1 &&
    typeof commit === 'string' &&
    /^[0-9a-f]{40,64}$/.test(commit) &&
    Array.isArray(files) &&
    files.every(isFile)
  );
}

function isFile(value: unknown): value is ManifestFile {
  if (typeof value !== 'object' || value === null) return false;
  const { path, bytes, sha256: hash } = value as Record<string, unknown>;
  return typeof path === 'string' && typeof bytes === 'number' && typeof hash === 'string';
}
