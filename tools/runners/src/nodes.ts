import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

export interface NodeVersion {
  readonly path: string;
  /** `24.21.0` */
  readonly version: string;
}

/** Every supported major, as `tools/nodes` installs them; without those that have no binary for this machine. */
export function supportedNodes(): NodeVersion[] {
  return [22, 24, 26]
    .map((major) => join(import.meta.dirname, `../../nodes/node_modules/node-${major}/bin/node`))
    .filter((path) => existsSync(path))
    .map((path) => ({
      path,
      version: execFileSync(path, ['-p', 'process.versions.node'], { encoding: 'utf8' }).trim(),
    }));
}
