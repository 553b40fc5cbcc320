import { cpSync, existsSync, globSync, mkdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runCommand } from '../run-command.ts';
import { readManifest, type WorkspacePackage } from '../workspace.ts';
import { startLocalRegistry } from './local-registry.ts';

/** A throw-away project that installed the packed packages, as a user's project would have them. */
export interface Consumer {
  readonly folder: string;
  /** By package name. */
  readonly tarballs: ReadonlyMap<string, Tarball>;
}

export interface Tarball {
  readonly path: string;
  /** Bytes, packed. */
  readonly size: number;
}

/** Projects that use an adapter under its runner, by the last part of the package's name. */
const projects = fileURLToPath(new URL('../../consumers', import.meta.url));

/** The folder of the project in `consumers/` that goes with a package, or undefined. */
export function projectOf(packageName: string): string | undefined {
  const name = packageName.split('/').at(-1) ?? '';
  return existsSync(join(projects, name)) ? name : undefined;
}

/**
 * Packs the packages with pnpm and installs the tarballs with npm, where nothing but what a package declares can be found.
 * @param base an empty folder for the project, the tarballs and npm's cache; outside the workspace
 * @throws Error with what the tools printed.
 */
export async function createConsumer(
  root: string,
  packages: readonly WorkspacePackage[],
  base: string,
): Promise<Consumer> {
  const tarballs = new Map<string, Tarball>();
  for (const { folder, manifest } of packages) {
    const target = join(base, 'tarballs', manifest.name.replace('/', '-'));
    mkdirSync(target, { recursive: true });
    await runOrThrow(`pnpm pack --pack-destination "${target}"`, folder);
    const [name = ''] = globSync('*.tgz', { cwd: target });
    const path = join(target, name);
    tarballs.set(manifest.name, { path, size: statSync(path).size });
  }

  const folder = join(base, 'project');
  cpSync(projects, folder, { recursive: true });
  const typesOfNode = readManifest(join(root, 'node_modules', '@types', 'node'));
  const project = {
    private: true,
    type: 'module',
    dependencies: Object.fromEntries([...tarballs].map(([name, { path }]) => [name, `file:${path}`])),
    devDependencies: { '@types/node': typesOfNode.version },
  };
  writeFileSync(join(folder, 'package.json'), JSON.stringify(project, null, 2));

  const registry = await startLocalRegistry(root);
  try {
    const options = ['--ignore-scripts', '--no-audit', '--no-fund', '--no-package-lock', '--loglevel=error'];
    const cache = join(base, 'npm-cache');
    await runOrThrow(
      `npm install ${options.join(' ')} --registry=${registry.url} --cache="${cache}"`,
      folder,
    );
  } finally {
    registry.close();
  }
  return { folder, tarballs };
}

async function runOrThrow(line: string, cwd: string): Promise<void> {
  // A proxy meant for the outside does not know the registry on loopback.
  const env = {
    ...process.env,
    NO_PROXY: '127.0.0.1',
    no_proxy: '127.0.0.1',
    npm_config_noproxy: '127.0.0.1',
  };
  const { ok, output, reason } = await runCommand(line, { cwd, env });
  if (!ok) throw new Error(`${line}: ${reason}\n${output}`);
}
