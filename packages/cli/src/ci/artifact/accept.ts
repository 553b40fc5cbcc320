import { lstatSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type * as Engine from '@reel/core/engine';
import type { AllowedFinding } from '@reel/core/engine';
import { cassetteOfBlob, isBlob, problemOfPath } from './cassette-path.ts';
import { filesFolder, manifestName, readManifest, sha256, type Manifest } from './manifest.ts';

/** Why something in the folder cannot be taken. */
export interface Refusal {
  readonly where: string;
  readonly why: string;
}

export interface AcceptOptions {
  readonly engine: typeof Engine;
  /** Folder that another job made: nothing in it is trusted. */
  readonly artifact: string;
  /** Cassette folders that are not called `cassettes`, relative to the repository. */
  readonly folders: readonly string[];
  /** Bytes of one cassette with its blobs. */
  readonly maxSize: number;
  readonly known: readonly string[];
  readonly allow: readonly AllowedFinding[];
}

export interface Accepted {
  readonly commit: string;
  readonly cassettes: readonly string[];
  /** Cassettes and blobs. */
  readonly files: readonly string[];
  readonly interactions: number;
  readonly bytes: number;
  /** Not empty: nothing may be taken over. */
  readonly refusals: readonly Refusal[];
  readonly notes: readonly Refusal[];
}

const mostFiles = 10_000;
/** Of all files together. */
const mostBytes = 200_000_000;

/**
 * Looks at everything in a folder of cassettes: names, kinds of files, hashes, format, secrets, sizes, and that there is something on tape.
 * Reads no config of the branch and runs none of its code.
 * @throws UsageError when the folder was not made by `reel ci collect`
 */
export async function inspectArtifact(options: AcceptOptions): Promise<Accepted> {
  const { artifact, folders } = options;
  const manifest = readManifest(artifact);
  const refusals: Refusal[] = [];
  const found = walk(artifact, refusals);
  const files = inFilesFolder(found, refusals);
  for (const path of files) {
    const problem = problemOfPath(path, folders);
    if (problem !== undefined) refusals.push({ where: path, why: problem });
    else if (isBlob(path) && !files.includes(cassetteOfBlob(path)))
      refusals.push({ where: path, why: 'it belongs to no cassette of these' });
  }
  refusals.push(...sameNames(files));
  const bytes = compareWithManifest(manifest, artifact, files, refusals);
  if (bytes > mostBytes)
    refusals.push({ where: artifact, why: `all together are larger than ${mostBytes / 1_000_000} MB` });
  const cassettes = files.filter((path) => path.endsWith('.jsonl'));
  if (cassettes.length === 0) refusals.push({ where: artifact, why: 'there is no cassette in it' });
  const result = { commit: manifest.commit, cassettes, files, bytes };
  // What has no good name is not opened.
  if (refusals.length > 0) return { ...result, interactions: 0, refusals, notes: [] };
  return { ...result, ...(await inspectContent(options, cassettes)) };
}

async function inspectContent(
  { engine, artifact, maxSize, known, allow }: AcceptOptions,
  cassettes: readonly string[],
): Promise<Pick<Accepted, 'interactions' | 'notes' | 'refusals'>> {
  const root = join(artifact, filesFolder);
  const { findings } = await engine.check({
    base: root,
    from: root,
    paths: cassettes.map((path) => join(root, ...path.split('/'))),
    known,
    allow,
    maxSize,
    cache: false,
  });
  const lineOf = ({ where, line, kind, message }: (typeof findings)[number]): Refusal => ({
    where,
    why: `${kind}${line === undefined ? '' : ` in line ${line}`}: ${message}`,
  });
  const refusals = findings.filter(({ severity }) => severity === 'error').map(lineOf);
  const notes = findings.filter(({ severity }) => severity === 'note').map(lineOf);
  if (refusals.length > 0) return { interactions: 0, refusals, notes };
  let interactions = 0;
  for (const where of cassettes) {
    const file = engine.cassetteFile(join(root, ...where.split('/')), root);
    const { size } = engine.openCassette(engine.readCassetteFile(file));
    interactions += size;
    if (size === 0) refusals.push({ where, why: 'nothing is on this cassette' });
  }
  return { interactions, refusals, notes };
}

/** Copies what was inspected into a repository. @returns refusals; nothing was written when there are any. */
export function takeOver(
  accepted: Pick<Accepted, 'cassettes' | 'files'>,
  artifact: string,
  repository: string,
): Refusal[] {
  const refusals = accepted.files.flatMap((path) => leadsElsewhere(repository, path));
  if (refusals.length > 0) return refusals;
  for (const path of accepted.files) {
    const target = join(repository, ...path.split('/'));
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, readFileSync(join(artifact, filesFolder, ...path.split('/'))));
  }
  for (const cassette of accepted.cassettes) removeOldBlobs(repository, cassette, accepted.files);
  return [];
}

/** A new recording refers to new blobs only. */
function removeOldBlobs(repository: string, cassette: string, kept: readonly string[]): void {
  const path = cassette.replace(/\.jsonl$/, '.blobs');
  const folder = join(repository, ...path.split('/'));
  if (lstatSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true) return;
  for (const name of readdirSync(folder)) {
    if (/^[0-9a-f]{32}\.bin$/.test(name) && !kept.includes(`${path}/${name}`)) rmSync(join(folder, name));
  }
}

/** A link in the branch could lead a good name anywhere. */
function leadsElsewhere(repository: string, path: string): Refusal[] {
  let place = repository;
  const parts = path.split('/');
  for (const [index, part] of parts.entries()) {
    place = join(place, part);
    const stat = lstatSync(place, { throwIfNoEntry: false });
    if (stat === undefined) return [];
    const isLast = index === parts.length - 1;
    if (isLast ? !stat.isFile() : !stat.isDirectory())
      return [{ where: path, why: 'the repository has a link, or something else, in its place' }];
  }
  return [];
}

/** All regular files below a folder, with `/`. Links and whatever else there is are refused and not followed. */
function walk(root: string, refusals: Refusal[]): string[] {
  const found: string[] = [];
  const open = [''];
  for (let path = open.pop(); path !== undefined; path = open.pop()) {
    for (const entry of readdirSync(join(root, path), { withFileTypes: true })) {
      const name = path === '' ? entry.name : `${path}/${entry.name}`;
      if (entry.isDirectory()) open.push(name);
      else if (entry.isFile()) found.push(name);
      else refusals.push({ where: name, why: 'it is a link, or no file at all' });
      if (found.length + open.length > mostFiles) {
        refusals.push({ where: root, why: `there are more than ${mostFiles} files in it` });
        return found;
      }
    }
  }
  return found.toSorted();
}

function inFilesFolder(found: readonly string[], refusals: Refusal[]): string[] {
  return found.flatMap((name) => {
    if (name === manifestName) return [];
    if (name.startsWith(`${filesFolder}/`)) return [name.slice(filesFolder.length + 1)];
    refusals.push({ where: name, why: 'it lies beside the cassettes' });
    return [];
  });
}

/** One file on systems that have no case. */
function sameNames(files: readonly string[]): Refusal[] {
  const seen = new Set<string>();
  return files.flatMap((path) => {
    const name = path.normalize('NFC').toLowerCase();
    if (!seen.has(name)) {
      seen.add(name);
      return [];
    }
    return [{ where: path, why: 'another file has this name but for its case' }];
  });
}

function compareWithManifest(
  { files: listed }: Manifest,
  artifact: string,
  files: readonly string[],
  refusals: Refusal[],
): number {
  const hashes = new Map(listed.map((file) => [file.path, file.sha256]));
  let total = 0;
  for (const path of files) {
    const whole = join(artifact, filesFolder, ...path.split('/'));
    total += lstatSync(whole).size;
    const hash = hashes.get(path);
    if (hash === undefined) refusals.push({ where: path, why: `${manifestName} does not list it` });
    else if (total <= mostBytes && sha256(readFileSync(whole)) !== hash)
      refusals.push({ where: path, why: `it is not what ${manifestName} lists` });
  }
  for (const path of hashes.keys()) {
    if (!files.includes(path))
      refusals.push({ where: path, why: `${manifestName} lists it, and it is missing` });
  }
  return total;
}
