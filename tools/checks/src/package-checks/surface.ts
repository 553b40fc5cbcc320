import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseSync } from 'oxc-parser';
import type { WorkspacePackage } from '../workspace.ts';
import { entryPoints } from './entry-points.ts';

/** The names one module exports, sorted. */
export interface ExportedNames {
  readonly values: readonly string[];
  readonly types: readonly string[];
}

/**
 * What a bundled declaration file exports: lists of names, with `type` before each that is none at run time.
 * @throws Error for `export *`, behind which names come and go unseen.
 */
export function exportedNames(declarationFile: string): ExportedNames {
  const { module } = parseSync(declarationFile, readFileSync(declarationFile, 'utf8'));
  const entries = module.staticExports.flatMap((statement) => statement.entries);
  const namesOf = (kept: typeof entries) =>
    kept.map(({ exportName }) => {
      if (exportName.name !== null) return exportName.name;
      if (exportName.kind === 'Default') return 'default';
      throw new Error(`${declarationFile} has an "export *": list the names`);
    });
  return {
    values: namesOf(entries.filter(({ isType }) => !isType)).toSorted(),
    types: namesOf(entries.filter(({ isType }) => isType)).toSorted(),
  };
}

/** The public names of a built package, one a line: `. useCassette`, `. type Mode`, `./register (nothing)`. */
export function surfaceOf({ folder, manifest }: WorkspacePackage): string {
  const lines = entryPoints(manifest).flatMap(({ key, types }) => {
    const names = exportedNames(join(folder, types));
    const all = [...names.values, ...names.types.map((name) => `type ${name}`)];
    return all.length === 0 ? [`${key} (nothing)`] : all.map((name) => `${key} ${name}`);
  });
  return `${lines.join('\n')}\n`;
}

/** Where the public names of a package are kept, to be changed only on purpose and seen in review. */
function keptFile(packageName: string): string {
  return fileURLToPath(
    new URL(`../../surfaces/${packageName.replace('@', '').replace('/', '-')}.txt`, import.meta.url),
  );
}

/** What is in the built package and not in the kept list (`+`), and the other way round (`-`). */
export function surfaceChanges(pkg: WorkspacePackage): string[] {
  const file = keptFile(pkg.manifest.name);
  const kept = new Set(existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n') : []);
  const built = new Set(surfaceOf(pkg).trim().split('\n'));
  return [
    ...[...built.difference(kept)].map((line) => `+ ${line}`),
    ...[...kept.difference(built)].map((line) => `- ${line}`),
  ];
}

export function keepSurface(pkg: WorkspacePackage): string {
  const file = keptFile(pkg.manifest.name);
  writeFileSync(file, surfaceOf(pkg));
  return file;
}
