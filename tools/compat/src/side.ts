import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** One Reel of the two that are compared: a repository that is installed and built. */
export interface Side {
  /** For people: `the working tree`, `main (1a2b3c4)`. */
  readonly label: string;
  /** The repository's folder. */
  readonly root: string;
  /** Folders of packages that are not those of {@link root}: `core`. */
  readonly instead?: Readonly<Record<string, string>>;
}

/** Where a package of a side lies: `packageOf(side, 'core')`. */
export function packageOf({ root, instead = {} }: Side, name: string): string {
  return instead[name] ?? join(root, 'packages', name);
}

/** The programs and configs that belong to a side; those of this version for a side that is older than they are. */
export function scenariosOf({ root }: Side): string {
  const own = join(root, 'tools/compat/scenarios');
  return existsSync(join(own, 'run.mjs')) ? own : join(import.meta.dirname, '../scenarios');
}
