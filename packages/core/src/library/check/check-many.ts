import { statSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { CassetteContent, CassetteFile } from '../files/cassette-file.ts';
import { readCassetteFile } from '../files/cassette-file.ts';
import { readMany, type ReadCassette } from '../reading-many.ts';
import { CheckCache } from './check-cache.ts';
import { checkCassette, unreadable, type CheckRules } from './check-cassette.ts';
import type { CheckFinding } from './finding.ts';

export interface CheckManyOptions extends CheckRules {
  /** File that remembers what was clean; `base` is what its paths are relative to. Default: nothing is remembered. */
  readonly cache?: { readonly file: string; readonly base: string } | undefined;
  /** How the content of a file is had. Default: from the work tree. With it, all is done in this thread. */
  readonly read?: ((file: CassetteFile) => CassetteContent) | undefined;
  /** Threads to work with. Default: one for each processor, at most 4, and none for little work. */
  readonly threads?: number | undefined;
  readonly onProgress?: ((done: number, of: number) => void) | undefined;
}

export interface CheckedMany {
  /** By file, as the files were given. */
  readonly findings: CheckFinding[];
  /** How many were not read because they had not changed since they were clean. */
  readonly unchanged: number;
}

/** So much is checked in a second or so; starting threads for less makes it longer. */
const worthThreads = 12_000_000;
/** Files that go to a thread at once: large enough to keep it busy, small enough for a bar that moves. */
const batch = 16;

/**
 * Checks cassettes in bounded memory: a thread holds one at a time.
 * The work is in looking for secrets, which is why it is shared out to all processors when there is much of it.
 */
export async function checkMany(
  files: readonly CassetteFile[],
  options: CheckManyOptions,
): Promise<CheckedMany> {
  const { known, allow, fingerprints, maxSize, onProgress, read } = options;
  const rules: CheckRules = { known, allow, fingerprints, maxSize };
  const cache =
    options.cache === undefined || read !== undefined
      ? undefined
      : new CheckCache(options.cache.file, options.cache.base, rules);
  const results = new Map<CassetteFile, readonly CheckFinding[]>();
  const marks = new Map(files.map((file) => [file, cache?.marksOf(file)]));
  const open = files.filter((file) => cache?.isClean(file, marks.get(file)) !== true);
  let done = files.length - open.length;
  onProgress?.(done, files.length);
  const take = (file: CassetteFile, findings: readonly CheckFinding[]): void => {
    if (findings.length > 0) results.set(file, findings);
    onProgress?.(++done, files.length);
  };
  const threads = read === undefined && here !== undefined ? (options.threads ?? threadsFor(open)) : 0;
  if (threads > 1) await checkInThreads(open, rules, threads, take);
  else for (const one of readMany(open, read ?? readCassetteFile)) take(one.file, findingsOf(one, rules));
  if (cache !== undefined) {
    for (const file of files) if (!results.has(file)) cache.add(file, marks.get(file));
    cache.save();
  }
  return {
    findings: files.flatMap((file) => results.get(file) ?? []),
    unchanged: files.length - open.length,
  };
}

/** What a thread does with each of its files. */
export function findingsOf(one: ReadCassette, rules: CheckRules): CheckFinding[] {
  return 'problem' in one ? [unreadable(one.problem, one.file.where)] : checkCassette(one.content, rules);
}

function threadsFor(files: readonly CassetteFile[]): number {
  let bytes = 0;
  for (const { path } of files) {
    bytes += statSync(path, { throwIfNoEntry: false })?.size ?? 0;
    if (bytes > worthThreads) return Math.min(4, availableParallelism());
  }
  return 1;
}

/** What goes to a thread and what comes back. */
export interface CheckJob {
  readonly files: readonly CassetteFile[];
}
export type CheckedBatch = readonly (readonly CheckFinding[])[];

async function checkInThreads(
  files: readonly CassetteFile[],
  rules: CheckRules,
  threads: number,
  take: (file: CassetteFile, findings: readonly CheckFinding[]) => void,
): Promise<void> {
  let next = 0;
  const script = workerScript(here!);
  await Promise.all(
    Array.from({ length: Math.min(threads, Math.ceil(files.length / batch)) }, async () => {
      const worker = new Worker(script, {
        workerData: rules,
        resourceLimits: { maxYoungGenerationSizeMb: 16 },
      });
      try {
        while (next < files.length) {
          const mine = files.slice(next, (next += batch));
          const answers = await ask(worker, { files: mine });
          mine.forEach((file, index) => take(file, answers[index]!));
        }
      } finally {
        await worker.terminate();
      }
    }),
  );
}

/** Where this code is. The CommonJS build does not know, and does without threads. */
const here: string | undefined = import.meta.url;

/** The built package has the thread's script beside its bundles. */
function workerScript(base: string): URL {
  return new URL(base.endsWith('.ts') ? '../../check-worker.ts' : './check-worker.js', base);
}

function ask(worker: Worker, job: CheckJob): Promise<CheckedBatch> {
  return new Promise((resolve, reject) => {
    const settle = (work: () => void): void => {
      worker.off('message', onMessage).off('error', onError).off('exit', onExit);
      work();
    };
    const onMessage = (answer: CheckedBatch): void => settle(() => resolve(answer));
    const onError = (error: Error): void => settle(() => reject(error));
    const onExit = (code: number): void =>
      settle(() => reject(new Error(`a thread that checked cassettes ended with code ${code}`)));
    worker.on('message', onMessage).on('error', onError).on('exit', onExit);
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has no origin
    worker.postMessage(job);
  });
}
