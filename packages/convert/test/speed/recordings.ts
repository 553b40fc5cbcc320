import { closeSync, globSync, mkdirSync, openSync, readFileSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';

/** Recordings of a size, made of real ones over and over: what is to be imported, by what it is. */
export type Recordings = Readonly<Record<string, string>>;

/** @param bytes of each of them, about. */
export function makeRecordings(traffic: string, folder: string, bytes: number): Recordings {
  const cassettes = texts(traffic, '**/*.yaml').filter(
    (text) => text.startsWith('interactions:\n- ') && text.endsWith('\nversion: 1\n'),
  );
  const archives = texts(traffic, '**/recording.har');
  return {
    'vcrpy, small files': smallFiles(cassettes, join(folder, 'small'), bytes),
    'vcrpy, one file': oneCassette(cassettes, join(folder, 'one'), bytes),
    'Polly.js HAR, one file': oneArchive(archives, join(folder, 'archive'), bytes),
  };
}

function texts(traffic: string, pattern: string): string[] {
  return globSync(pattern, { cwd: traffic })
    .toSorted()
    .map((file) => readFileSync(join(traffic, file), 'utf8'))
    .filter((text) => text.length < 300_000);
}

function smallFiles(cassettes: readonly string[], folder: string, bytes: number): string {
  mkdirSync(folder);
  let size = 0;
  for (let count = 0; size < bytes; count++) {
    const text = cassettes[count % cassettes.length]!;
    writeFileSync(join(folder, `${count}.yaml`), text);
    size += Buffer.byteLength(text);
  }
  return folder;
}

function oneCassette(cassettes: readonly string[], folder: string, bytes: number): string {
  const elements = cassettes.map((text) => text.slice('interactions:\n'.length, -'version: 1\n'.length));
  return oneFile(folder, 'all.yaml', ['interactions:\n', 'version: 1\n'], elements, bytes);
}

function oneArchive(archives: readonly string[], folder: string, bytes: number): string {
  const entries = archives.flatMap((text) => (JSON.parse(text) as Archive).log.entries);
  const elements = entries.map((entry) => `${JSON.stringify(entry, null, 2)},\n`);
  const end = `${JSON.stringify(entries[0])}]}}`;
  return oneFile(
    folder,
    'recording.har',
    ['{"log":{"creator":{"name":"all"},"entries":[\n', end],
    elements,
    bytes,
  );
}

interface Archive {
  readonly log: { readonly entries: readonly object[] };
}

function oneFile(
  folder: string,
  name: string,
  [begin, end]: readonly [string, string],
  elements: readonly string[],
  bytes: number,
): string {
  mkdirSync(folder);
  const path = join(folder, name);
  const file = openSync(path, 'w');
  let size = writeSync(file, begin);
  for (let count = 0; size < bytes; count++) size += writeSync(file, elements[count % elements.length]!);
  writeSync(file, end);
  closeSync(file);
  return path;
}
