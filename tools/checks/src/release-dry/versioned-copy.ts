import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { runCommand } from '../run-command.ts';
import { workspacePackages, type WorkspacePackage } from '../workspace.ts';
import { buildAll } from './build.ts';

/** The workspace as the pull request that raises the versions would leave it. */
export interface VersionedCopy {
  readonly root: string;
  /** Those that would be published. */
  readonly packages: readonly WorkspacePackage[];
  /** The one version of all of them. */
  readonly version: string;
}

/**
 * Copies what is published, raises the versions there, and builds it after that, as a release does: a build says its version.
 * @throws Error when the packages would not all get one version, one would not change although another does, or a build fails
 */
export async function createVersionedCopy(root: string, target: string): Promise<VersionedCopy> {
  const copied = ['package.json', 'pnpm-workspace.yaml', 'LICENSE', '.changeset'];
  // What builds read beside their package.
  const readByBuilds = ['tsconfig.base.json', 'docs'].filter((name) => existsSync(join(root, name)));
  for (const name of [...copied, ...readByBuilds])
    cpSync(join(root, name), join(target, name), { recursive: true });
  linkInstalled(root, target);
  const before = new Map<string, string | undefined>();
  for (const { folder, path, manifest } of workspacePackages(root)) {
    const copy = join(target, path);
    before.set(manifest.name, manifest.version);
    mkdirSync(copy, { recursive: true });
    if (manifest.private === true) {
      cpSync(join(folder, 'package.json'), join(copy, 'package.json'));
      continue;
    }
    cpSync(folder, copy, { recursive: true, filter: (file) => !isLeftOut(basename(file)) });
    linkInstalled(folder, copy);
    // What pnpm writes for `workspace:*` is read from the package that is installed.
    for (const name of Object.keys(manifest.dependencies ?? {}).filter((name) => name.startsWith('@reel/'))) {
      const link = join(copy, 'node_modules', name);
      mkdirSync(dirname(link), { recursive: true });
      symlinkSync(join(target, 'packages', name.replace('@reel/', '')), link, 'junction');
    }
  }
  // Changesets asks git for nothing here, but wants to find the repository's root.
  const env = { ...process.env, GIT_CEILING_DIRECTORIES: dirname(target) };
  if (!existsSync(join(target, '.git'))) await runOrThrow('git init --quiet', target, env);
  // The changesets of a release that was just made are gone, and nothing is left to raise: any change will do to try it.
  if (
    readdirSync(join(target, '.changeset')).every((name) => name === 'README.md' || !name.endsWith('.md'))
  ) {
    const any = workspacePackages(target).find(({ manifest }) => manifest.private !== true)?.manifest.name;
    writeFileSync(join(target, '.changeset/dry-run.md'), `---\n'${any}': patch\n---\n\nA dry run.\n`);
  }
  await runOrThrow('changeset version', target, env);

  const packages = workspacePackages(target).filter(({ manifest }) => manifest.private !== true);
  const versions = new Set(packages.map(({ manifest }) => manifest.version));
  const [version] = versions;
  if (versions.size !== 1 || version === undefined) {
    const list = packages.map(({ manifest }) => `${manifest.name} ${manifest.version}`).join(', ');
    throw new Error(`the packages would not have one version (fixed in .changeset/config.json): ${list}`);
  }
  const unchanged = packages.filter(({ manifest }) => before.get(manifest.name) === version);
  if (unchanged.length > 0)
    throw new Error(`the version would stay ${version}: it cannot be published again`);
  for (const { folder, manifest } of packages) {
    const log = join(folder, 'CHANGELOG.md');
    if (!existsSync(log) || !readFileSync(log, 'utf8').includes(`## ${version}`))
      throw new Error(`${manifest.name} would have no entry for ${version} in its CHANGELOG.md`);
  }
  await buildAll(packages);
  return { root: target, packages, version };
}

function isLeftOut(name: string): boolean {
  return ['node_modules', 'dist', 'test', '.turbo', '.reports'].includes(name);
}

/** Gives a copy what is installed for the original, one by one: of our own packages it has other versions. */
function linkInstalled(from: string, to: string): void {
  const installed = join(from, 'node_modules');
  if (!existsSync(installed)) return;
  mkdirSync(join(to, 'node_modules'), { recursive: true });
  for (const name of readdirSync(installed)) {
    // What begins with a dot is not for programs, and pnpm would take the copy for its own installation.
    if (name === '@reel' || name.startsWith('.')) continue;
    symlinkSync(join(installed, name), join(to, 'node_modules', name), 'junction');
  }
}

async function runOrThrow(line: string, cwd: string, env: NodeJS.ProcessEnv): Promise<void> {
  const { ok, output, reason } = await runCommand(line, { cwd, env });
  if (!ok) throw new Error(`${line}: ${reason}\n${output}`);
}
