import { readdirSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';

/** A file to look at. */
export interface SourceFile {
  readonly path: string;
  /** Relative to the folder that was given; the file's own name when it was given itself. */
  readonly name: string;
  readonly size: number;
  readonly modifiedAt: number;
  /** Why it is not looked at: it belongs to another file, or cannot be read. */
  readonly reason?: string;
}

/** All files of a list of files and folders, each folder in the order of its names. Hidden files and `node_modules` are no recordings. */
export function findSources(sources: readonly string[]): SourceFile[] {
  return sources.flatMap((source) => {
    const stat = statSync(source, { throwIfNoEntry: false });
    if (stat === undefined) return [missing(source)];
    if (!stat.isDirectory())
      return [{ path: source, name: basename(source), size: stat.size, modifiedAt: stat.mtimeMs }];
    return [...filesIn(source, '')];
  });
}

function missing(path: string): SourceFile {
  return { path, name: path, size: 0, modifiedAt: 0, reason: 'there is no such file or folder' };
}

function* filesIn(folder: string, prefix: string): Generator<SourceFile> {
  let entries;
  try {
    entries = readdirSync(folder, { withFileTypes: true });
  } catch {
    yield { ...missing(folder), name: prefix, reason: 'the folder cannot be read' };
    return;
  }
  // By code units: the same order on every machine.
  for (const entry of entries.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
    if (entry.name.startsWith('.') || entry.name === 'node_modules') continue;
    const path = join(folder, entry.name);
    const name = `${prefix}${entry.name}`;
    // Links to folders may hold themselves.
    if (entry.isDirectory()) yield* filesIn(path, `${name}/`);
    else if (entry.isFile() || entry.isSymbolicLink()) {
      const stat = statSync(path, { throwIfNoEntry: false });
      if (entry.isSymbolicLink() && stat?.isFile() !== true) {
        const reason =
          stat === undefined
            ? 'it is a link to nothing'
            : 'it is a link to a folder: name that folder itself';
        if (stat === undefined || stat.isDirectory()) yield { ...missing(path), name, reason };
        continue;
      }
      if (stat?.isFile() !== true) continue;
      const owner = /(?:^|\/)(?:[^/]+\.blobs|__files)\//.exec(name);
      yield {
        path,
        name,
        size: stat.size,
        modifiedAt: stat.mtimeMs,
        ...(owner !== null && { reason: 'it belongs to a recording beside it, and is read with that' }),
      };
    }
  }
}
