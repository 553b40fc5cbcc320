import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The part of a package.json that the checks read. */
export interface Manifest {
  readonly name: string;
  readonly version?: string;
  readonly private?: boolean;
  readonly exports?: Readonly<Record<string, unknown>>;
  readonly scripts?: Readonly<Record<string, string>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly publishConfig?: { readonly access?: string; readonly provenance?: boolean };
}

export interface WorkspacePackage {
  /** Absolute. */
  readonly folder: string;
  /** Relative to the root, with forward slashes: `packages/core`. */
  readonly path: string;
  readonly manifest: Manifest;
}

/** The packages of the workspace, sorted by path; the root itself is none of them. */
export function workspacePackages(root: string): WorkspacePackage[] {
  const files = workspacePatterns(root).flatMap((pattern) =>
    globSync(`${pattern}/package.json`, { cwd: root }),
  );
  return files
    .map((file) => dirname(file).replaceAll('\\', '/'))
    .toSorted()
    .map((path) => {
      const folder = join(root, path);
      return { folder, path, manifest: readManifest(folder) };
    });
}

export function readManifest(folder: string): Manifest {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest;
}

/** The list under `packages:`, read without a YAML parser: the file is ours and the list is plain. */
function workspacePatterns(root: string): string[] {
  const file = join(root, 'pnpm-workspace.yaml');
  const list = existsSync(file)
    ? /^packages:\n((?: +- .+\n)+)/m.exec(readFileSync(file, 'utf8'))?.[1]
    : undefined;
  if (list === undefined) throw new Error(`${file} has no plain list under "packages:"`);
  return list
    .trimEnd()
    .split('\n')
    .map((line) => line.replace(/^ +- /, '').replaceAll(/['"]/g, ''));
}
