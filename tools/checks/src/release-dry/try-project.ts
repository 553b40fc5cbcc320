import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runCommand } from '../run-command.ts';

/** A folder of `release-projects`, by its name, installed by one package manager. */
export interface Trial {
  readonly project: string;
  /** `esm` or `cjs`: the module system of the project. */
  readonly modules: string;
  readonly manager: 'npm' | 'pnpm';
}

const projects = fileURLToPath(new URL('../../release-projects', import.meta.url));

/** Every project with each module system and each package manager. */
export function trials(): Trial[] {
  return readdirSync(projects)
    .toSorted()
    .flatMap((project) =>
      readdirSync(join(projects, project))
        .toSorted()
        .flatMap((modules) => (['npm', 'pnpm'] as const).map((manager) => ({ project, modules, manager }))),
    );
}

const options = {
  npm: (base: string) =>
    `npm install --ignore-scripts --no-audit --no-fund --loglevel=error --cache="${join(base, 'npm-cache')}"`,
  pnpm: (base: string) =>
    `pnpm install --ignore-scripts --no-frozen-lockfile --reporter=append-only --store-dir "${join(base, 'pnpm-store')}" --cache-dir "${join(base, 'pnpm-cache')}"`,
};

/**
 * Installs the project into an empty folder, as a user would, and runs its tests.
 * @param versions what to ask for, by package: those of the release; others as they are installed here
 * @returns what went wrong; empty when all is well
 */
export async function tryProject(
  { project, modules, manager }: Trial,
  { base, registry, versions }: { base: string; registry: string; versions: ReadonlyMap<string, string> },
): Promise<string> {
  const folder = join(base, `${project}-${modules}-${manager}`);
  mkdirSync(folder, { recursive: true });
  cpSync(join(projects, project, modules), folder, { recursive: true });
  const file = join(folder, 'package.json');
  const manifest = JSON.parse(readFileSync(file, 'utf8')) as { dependencies: Record<string, string> };
  for (const name of Object.keys(manifest.dependencies)) {
    const version = versions.get(name);
    if (version === undefined) return `${name} is neither released nor installed here`;
    manifest.dependencies[name] = version;
  }
  writeFileSync(file, JSON.stringify(manifest, null, 2));
  writeFileSync(join(folder, '.npmrc'), `registry=${registry}/\n`);
  if (manager === 'pnpm') {
    // Nothing of the workspace around, and no waiting for a version to age: it was made a moment ago.
    writeFileSync(join(folder, 'pnpm-workspace.yaml'), 'minimumReleaseAge: 0\nverifyDepsBeforeRun: false\n');
  }
  const env = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(REEL_|npm_|pnpm_)|_proxy$/i.test(name)),
  );
  for (const line of [options[manager](base), `${manager} test`]) {
    const { ok, output, reason } = await runCommand(line, { cwd: folder, env });
    if (!ok) return `${line}: ${reason}\n${output}`;
  }
  return existsSync(join(folder, 'node_modules')) ? '' : 'nothing was installed';
}
