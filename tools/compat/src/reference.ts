import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { delimiter, join } from 'node:path';
import { runProgram } from './run-program.ts';
import type { Side } from './side.ts';

/** A commit to compare with. */
export interface Reference {
  /** As people call it: `main`, `v1.2.0`. */
  readonly name: string;
  readonly commit: string;
}

/**
 * The commit that a change must not break: `wanted`, else `origin/main`, else `main`. Where that is the very commit that is checked
 * out, with nothing changed, it is the one before.
 * @throws Error when there is none
 */
export function mainReference(root: string, wanted: string | undefined): Reference {
  const candidates = wanted === undefined ? ['origin/main', 'main'] : [wanted];
  for (const name of candidates) {
    const commit = commitOf(root, name);
    if (commit === undefined) continue;
    const isHere = commit === commitOf(root, 'HEAD') && git(root, 'status', '--porcelain') === '';
    const before = isHere ? commitOf(root, `${name}~1`) : undefined;
    return before === undefined ? { name, commit } : { name: `${name}~1`, commit: before };
  }
  throw new Error(
    `there is no ${candidates.join(' and no ')} to compare with; fetch it (git fetch origin main), or name another: --reference <commit>`,
  );
}

/** The latest release, by its tag (`@reel/core@1.2.0`, or `v1.2.0`); `undefined` when nothing was released yet. */
export function latestRelease(root: string): Reference | undefined {
  const tags = git(root, 'tag', '--list', '@reel/core@*', 'v[0-9]*', '--sort=-version:refname')
    .split('\n')
    .filter((tag) => /\d+\.\d+\.\d+$/.test(tag))
    .toSorted((a, b) => versionOf(b).localeCompare(versionOf(a), 'en', { numeric: true }));
  const [name] = tags;
  return name === undefined ? undefined : { name, commit: commitOf(root, `${name}^{commit}`)! };
}

function versionOf(tag: string): string {
  return /\d+\.\d+\.\d+$/.exec(tag)![0];
}

function commitOf(root: string, name: string): string | undefined {
  try {
    return git(root, 'rev-parse', '--verify', '--quiet', `${name}^{commit}`);
  } catch {
    return undefined;
  }
}

/** Titles and bodies of the commits since a reference, newest first. */
export function messagesSince(root: string, { commit }: Reference): { title: string; body: string }[] {
  return git(root, 'log', '--format=%s%x00%b%x01', `${commit}..HEAD`)
    .split('\u0001')
    .map((entry) => entry.trim().split('\u0000'))
    .filter(([title]) => title !== '')
    .map(([title = '', body = '']) => ({ title, body }));
}

function git(root: string, ...words: string[]): string {
  return execFileSync('git', ['-C', root, ...words], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
    maxBuffer: 1e9,
  }).trim();
}

/** What the side that records needs to be built. Of the other packages only those of the side that reads are used. */
const written = ['core', 'vitest'];

/** How many commits are kept. */
const mostKept = 4;

/**
 * A commit, taken out of git, installed from its own lockfile and built; kept, so that a second run takes no time. Not a work tree of
 * git: nothing of the repository changes, and nothing has to be pruned when the folder is deleted.
 * @param cache folder that the copies of commits lie in
 */
export async function prepareReference(
  root: string,
  { name, commit }: Reference,
  cache: string,
  say: (line: string) => void = () => {},
): Promise<Side> {
  const folder = join(cache, commit.slice(0, 12));
  const side = { label: `${name} (${commit.slice(0, 7)})`, root: folder };
  const stamp = join(folder, '.built');
  if (existsSync(stamp)) return side;
  say(`setting up ${side.label}: once for each commit`);
  const draft = `${folder}.${process.pid}`;
  rmSync(draft, { recursive: true, force: true });
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(draft, { recursive: true });
  try {
    const archive = join(draft, '.archive.tar');
    git(root, 'archive', '--format=tar', `--output=${archive}`, commit);
    await runOrThrow('tar', ['-xf', '.archive.tar'], draft, {});
    rmSync(archive);
    // Packages of pnpm know their place: it has to be the last one from here on.
    renameSync(draft, folder);
    const env = { PATH: [join(root, 'node_modules/.bin'), process.env['PATH']].join(delimiter) };
    const store = storeOf(root);
    await runOrThrow(
      'pnpm',
      [
        'install',
        '--frozen-lockfile',
        '--prefer-offline',
        '--reporter=append-only',
        ...(store === undefined ? [] : ['--store-dir', store]),
      ],
      folder,
      env,
    );
    await runOrThrow(
      'pnpm',
      [...written.map((name) => `--filter=./packages/${name}`), '--workspace-concurrency=2', 'run', 'build'],
      folder,
      env,
    );
    writeFileSync(stamp, `${commit}\n`);
    removeOldest(cache, mostKept);
    return side;
  } catch (error) {
    rmSync(draft, { recursive: true, force: true });
    throw new Error(`${side.label} cannot be set up: ${(error as Error).message}`, { cause: error });
  }
}

/** Removes the copies of commits that were set up longest ago, and those that were never finished. */
function removeOldest(cache: string, kept: number): void {
  const setUpAt = (name: string): number =>
    statSync(join(cache, name, '.built'), { throwIfNoEntry: false })?.mtimeMs ?? 0;
  const names = readdirSync(cache).toSorted((a, b) => setUpAt(b) - setUpAt(a));
  for (const name of names.slice(kept)) rmSync(join(cache, name), { recursive: true, force: true });
}

/** The store that the working tree was installed from has most of what an earlier commit needs. */
function storeOf(root: string): string | undefined {
  const state = join(root, 'node_modules/.modules.yaml');
  if (!existsSync(state)) return undefined;
  return /"storeDir": "(.+?)([\\/]v\d+)?"/.exec(readFileSync(state, 'utf8'))?.[1];
}

async function runOrThrow(
  command: string,
  words: readonly string[],
  cwd: string,
  env: Readonly<Record<string, string>>,
): Promise<void> {
  const { code, output } = await runProgram(command, words, { cwd, env });
  if (code !== 0) throw new Error(`${command} ${words.join(' ')} ended with ${code}\n${output.slice(-4000)}`);
}
