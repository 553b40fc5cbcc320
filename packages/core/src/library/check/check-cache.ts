import { existsSync, mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { FORMAT_VERSION } from '../../cassette/format.ts';
import { digest } from '../../normalize/digest.ts';
import { version } from '../../version.ts';
import type { CassetteFile } from '../files/cassette-file.ts';
import { hasBlobs } from './leftovers.ts';
import type { CheckRules } from './check-cassette.ts';

/** Raised whenever the same cassette may be judged otherwise than before. */
const checkVersion = 1;

/** Where what was checked is remembered: as receipts are, out of the repository's sight. */
export function checkCacheFile(base: string): string {
  const modules = join(base, 'node_modules');
  return existsSync(modules)
    ? join(modules, '.cache', 'reel', 'check.json')
    : join(base, '.reel', 'check.json');
}

/**
 * Remembers which cassettes had nothing wrong with them, by the marks of the file that git goes by as well (size, times, inode): a second
 * check reads only what was touched since. Only entirely clean cassettes without blobs are in it. It holds neither content nor names
 * beyond the paths.
 */
export class CheckCache {
  readonly #file: string;
  readonly #base: string;
  readonly #rules: string;
  readonly #before: Readonly<Record<string, string>>;
  readonly #now = new Map<string, string>();

  constructor(file: string, base: string, rules: CheckRules) {
    this.#file = file;
    this.#base = base;
    // 32 bits tell a changed list of secrets and no more: nothing about a secret can be found out from them.
    const known = digest(rules.known.join('\0')).slice(0, 8);
    this.#rules = [
      checkVersion,
      version,
      FORMAT_VERSION,
      known,
      rules.maxSize ?? 0,
      digest(JSON.stringify(rules.allow ?? [])).slice(0, 8),
    ].join(' ');
    const stored = readStored(file);
    this.#before = stored?.rules === this.#rules ? stored.clean : {};
  }

  /** Whether a cassette is as it was when nothing was wrong with it. */
  isClean(file: CassetteFile, marks: string | undefined): boolean {
    const before = this.#before[this.#key(file)];
    return before !== undefined && before === marks;
  }

  /** Remembers a file without a finding. `marks` are those from before it was read. */
  add(file: CassetteFile, marks: string | undefined): void {
    if (marks !== undefined) this.#now.set(this.#key(file), marks);
  }

  /** The marks of a file; `undefined` for one that is not to be remembered. */
  marksOf(file: CassetteFile): string | undefined {
    const stat = statSync(file.path, { bigint: true, throwIfNoEntry: false });
    if (stat === undefined || hasBlobs(file)) return undefined;
    const changed = Number(stat.ctimeNs > stat.mtimeNs ? stat.ctimeNs : stat.mtimeNs) / 1e6;
    // Another change within the grain of file times (2 s on FAT) may leave the same marks; git calls that racily clean.
    if (Date.now() - changed < 2_000) return undefined;
    return [stat.size, stat.mtimeNs, stat.ctimeNs, stat.ino].join(' ');
  }

  /** Writes down what is clean now. That it cannot be written is nobody's trouble: the next check takes longer. */
  save(): void {
    try {
      const folder = dirname(this.#file);
      mkdirSync(folder, { recursive: true });
      // It lies in the repository then, and must not show up in `git status`.
      if (folder.endsWith(`${sep}.reel`)) writeFileSync(join(folder, '.gitignore'), '*\n');
      const draft = `${this.#file}.${process.pid}.tmp`;
      writeFileSync(draft, JSON.stringify({ rules: this.#rules, clean: Object.fromEntries(this.#now) }));
      renameSync(draft, this.#file);
    } catch {
      // See above.
    }
  }

  #key(file: CassetteFile): string {
    return relative(this.#base, file.path);
  }
}

function readStored(file: string): { rules: unknown; clean: Record<string, string> } | undefined {
  try {
    const stored = JSON.parse(readFileSync(file, 'utf8')) as { rules: unknown; clean: unknown };
    return typeof stored.clean === 'object' && stored.clean !== null
      ? { rules: stored.rules, clean: stored.clean as Record<string, string> }
      : undefined;
  } catch {
    return undefined;
  }
}
