import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { EntryPoint } from './entry-points.ts';

/** The public names of a package, one a line: `. useCassette`, `. type Mode`, `./register (nothing)`. */
export function surfaceOf(entries: readonly EntryPoint[]): string[] {
  return entries.flatMap(({ key, values, types }) => {
    const names = [...values, ...types.map((name) => `type ${name}`)];
    return names.length === 0 ? [`${key} (nothing)`] : names.map((name) => `${key} ${name}`);
  });
}

/** What a package has and its kept list has not (`+`), and the other way round (`-`). */
export function surfaceChanges(packageName: string, entries: readonly EntryPoint[]): string[] {
  const file = keptFile(packageName);
  const kept = new Set(
    existsSync(file)
      ? readFileSync(file, 'utf8')
          .split('\n')
          .filter((line) => line !== '')
      : [],
  );
  const built = new Set(surfaceOf(entries));
  return [
    ...[...built.difference(kept)].map((line) => `+ ${line}`),
    ...[...kept.difference(built)].map((line) => `- ${line}`),
  ];
}

export function keepSurface(packageName: string, entries: readonly EntryPoint[]): void {
  writeFileSync(
    keptFile(packageName),
    surfaceOf(entries)
      .map((line) => `${line}\n`)
      .join(''),
  );
}

/** Where the public names of a package are kept, to be changed only on purpose and seen in review. */
function keptFile(packageName: string): string {
  const name = packageName.replace('@', '').replace('/', '-');
  return fileURLToPath(new URL(`../../surfaces/${name}.txt`, import.meta.url));
}
