import { Worker } from 'node:worker_threads';
import type { FileOptions } from './file-options.ts';
import type { ImportedFile } from './report.ts';
import type { SourceFile } from './sources.ts';

/** More would not fit the memory an import may take. */
export const mostThreads = 3;

export interface Work {
  readonly index: number;
  readonly source: SourceFile;
  readonly name: string;
}

export interface Batch {
  readonly work: readonly Work[];
  readonly threads: number;
  readonly options: FileOptions;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly finish: (index: number, file: ImportedFile) => void;
}

/** What a thread is given when it starts. */
export interface ThreadData {
  readonly options: FileOptions;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** Heap of a thread in megabytes: bounded, so that garbage is collected before it is much. What does not fit is tried with more. */
const heap = {
  usual: { maxOldGenerationSizeMb: 96, maxYoungGenerationSizeMb: 8 },
  largest: { maxOldGenerationSizeMb: 4096, maxYoungGenerationSizeMb: 32 },
};

/** A cassette is normalized as a whole: its ids have to agree. So a large file needs memory in proportion. */
function heapFor(files: readonly Work[]): typeof heap.usual {
  const most = Math.max(0, ...files.map(({ source }) => source.size));
  return { ...heap.usual, maxOldGenerationSizeMb: Math.max(160, Math.ceil((most * 3) / 1e6)) };
}

const largeFrom = 6e6;

/** Imports files in several threads, each taking the next when it is done with one. */
export async function importInThreads(batch: Batch): Promise<void> {
  // Large files one at a time, after the others.
  const queue = batch.work.filter(({ source }) => source.size < largeFrom);
  const large = batch.work.filter(({ source }) => source.size >= largeFrom);
  const failed: Work[] = [];
  await Promise.all(Array.from({ length: batch.threads }, () => runThread(batch, queue, heap.usual, failed)));
  const again: Work[] = [];
  const rest = [...failed, ...large];
  await runThread(batch, rest, heapFor(rest), again);
  await runThread(batch, again, heap.largest, undefined);
}

async function runThread(
  { options, environment, finish }: Batch,
  queue: Work[],
  resourceLimits: { maxOldGenerationSizeMb: number },
  failed: Work[] | undefined,
): Promise<void> {
  while (queue.length > 0) {
    const worker = new Worker(
      new URL(import.meta.url.endsWith('.ts') ? './worker.ts' : './worker.js', import.meta.url),
      {
        workerData: { options, environment: { ...environment } } satisfies ThreadData,
        resourceLimits,
      },
    );
    try {
      for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
        const file = await ask(worker, next);
        if (file !== undefined) {
          finish(next.index, file);
          continue;
        }
        // The thread is gone; the file is tried again with more memory, and at last given up.
        if (failed === undefined) finish(next.index, lost(next));
        else failed.push(next);
        break;
      }
    } finally {
      await worker.terminate();
    }
  }
}

/** `undefined` when the thread died over the file. */
function ask(worker: Worker, work: Work): Promise<ImportedFile | undefined> {
  return new Promise((resolve) => {
    const onMessage = (file: ImportedFile): void => settle(file);
    const onEnd = (): void => settle(undefined);
    const settle = (file: ImportedFile | undefined): void => {
      worker.off('message', onMessage).off('error', onEnd).off('exit', onEnd);
      resolve(file);
    };
    worker.on('message', onMessage).on('error', onEnd).on('exit', onEnd);
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, no window.
    worker.postMessage(work);
  });
}

function lost({ source }: Work): ImportedFile {
  return {
    file: source.name,
    format: undefined,
    bytes: source.size,
    exchanges: 0,
    skipped: [],
    notes: [],
    problem: 'reading it takes more memory than there is',
  };
}
