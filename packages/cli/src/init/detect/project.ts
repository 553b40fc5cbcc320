import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { UsageError } from '../../frame/usage-error.ts';
import { detectGit, type GitPlace } from './git.ts';
import { detectPackageManager, type PackageManager } from './package-manager.ts';

/** The part of a package.json that matters here. */
export interface Manifest {
  readonly type?: string;
  readonly packageManager?: string;
  readonly scripts?: Readonly<Record<string, string>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly jest?: unknown;
  readonly mocha?: unknown;
  readonly 'simple-git-hooks'?: unknown;
}

/** What is known of the project that Reel is set up in. */
export interface Project {
  /** Absolute: where `package.json` is, and `reel.config.*` will be. */
  readonly folder: string;
  readonly manifest: Manifest;
  /** `.js` files are ES modules. */
  readonly isModule: boolean;
  readonly hasTypeScript: boolean;
  readonly packageManager: PackageManager;
  /** `undefined` outside of a repository. */
  readonly git: GitPlace | undefined;
  has(path: string): boolean;
  /** The first of these files that is there. */
  first(paths: readonly string[]): string | undefined;
  read(path: string): string | undefined;
  dependsOn(name: string): boolean;
}

/** @throws UsageError where there is no package.json, or it is no JSON. */
export function detectProject(folder: string): Project {
  const manifest = readManifest(folder);
  const has = (path: string): boolean => existsSync(join(folder, path));
  const dependsOn = (name: string): boolean =>
    name in { ...manifest.dependencies, ...manifest.devDependencies };
  return {
    folder,
    manifest,
    isModule: manifest.type === 'module',
    hasTypeScript: has('tsconfig.json') || dependsOn('typescript'),
    packageManager: detectPackageManager(folder, manifest.packageManager),
    git: detectGit(folder),
    has,
    first: (paths) => paths.find(has),
    read: (path) => (has(path) ? readFileSync(join(folder, path), 'utf8') : undefined),
    dependsOn,
  };
}

function readManifest(folder: string): Manifest {
  const file = join(folder, 'package.json');
  if (!existsSync(file)) {
    throw new UsageError(
      `there is no package.json in ${folder}`,
      'run it in the folder of a project; programs in other languages need no setup: reel exec --help',
    );
  }
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Manifest;
  } catch (error) {
    throw new UsageError(`${file} cannot be read: ${(error as Error).message}`);
  }
}
