import { join } from 'node:path';
import type { Step, StepResult } from '../step.ts';
import type { WorkspacePackage } from '../workspace.ts';
import { createConsumer, projectOf, type Consumer } from './consumer.ts';
import { loadEntryPoints } from './entry-points.ts';
import { probeCommonJs, probeEsm, probeTypes, probeTypeStripping, run, type Findings } from './probes.ts';
import { surfaceChanges } from './surface.ts';

/**
 * One step for each package that is published: its tarball checked, and used in a project that installed it.
 * @param workFolder empty, outside the workspace, and the caller's to remove
 */
export function packageSteps(
  root: string,
  packages: readonly WorkspacePackage[],
  workFolder: string,
): Step[] {
  const published = packages.filter(({ manifest }) => manifest.private !== true);
  let consumer: Promise<Consumer> | undefined;
  return published.map((pkg) => ({
    name: `package ${pkg.manifest.name}`,
    run: async () => {
      // One project for all: they depend on each other, and installing is most of the time.
      consumer ??= createConsumer(root, published, workFolder);
      return await checkPackage(pkg, await consumer);
    },
  }));
}

async function checkPackage(pkg: WorkspacePackage, { folder, tarballs }: Consumer): Promise<StepResult> {
  const { name } = pkg.manifest;
  const { path = '', size = 0 } = tarballs.get(name) ?? {};
  const entries = await loadEntryPoints(join(folder, 'node_modules', name), folder);
  // The profiles leave out the resolution of Node 10, which knows no subpaths and is twelve majors too old for Reel.
  const profile = entries.some(({ hasCommonJs }) => hasCommonJs) ? 'node16' : 'esm-only';
  const checks: [string, Findings | Promise<Findings>][] = [
    ['exported names', describeChanges(surfaceChanges(name, entries))],
    ['publint', run(`publint run "${path}" --strict`, pkg.folder)],
    ['types resolve', run(`attw "${path}" --profile ${profile} --format ascii --no-emoji`, pkg.folder)],
    ['ES module import', probeEsm(folder, entries)],
    ['CommonJS require', probeCommonJs(folder, entries)],
    ['TypeScript', probeTypes(folder, entries)],
    ['type stripping', probeTypeStripping(folder, entries)],
  ];
  const project = projectOf(name);
  if (project !== undefined) {
    checks.push(['use in its runner', run('npm test', join(folder, project))]);
  } else if (entries.some(({ needsRunner }) => needsRunner)) {
    checks.push(['use in its runner', 'there is no project for it in tools/checks/consumers']);
  }

  const results = await Promise.all(checks.map(async ([title, check]) => ({ title, message: await check })));
  const failed = results
    .filter(({ message }) => message !== '')
    .map(({ title, message }) => ({ name: `${name}: ${title}`, message }));
  const notes = [`${(size / 1024).toFixed(1)} KiB packed`];
  return { passed: results.length - failed.length, failed, skipped: [], notes };
}

function describeChanges(changes: readonly string[]): Findings {
  if (changes.length === 0) return '';
  return [
    'the public names differ from tools/checks/surfaces; if that is meant: npm run surfaces',
    ...changes,
  ].join('\n');
}
