import { runLarge } from './large-file/run-large.ts';
import { unreadFile } from './file-reader.ts';
import type { ImportedFile } from './report.ts';
import { Thread, ThreadGone, type HeapLimits, type ThreadData, type Work } from './thread.ts';

/** More would not fit the memory an import may take. */
export const mostThreads = 3;

export interface Batch extends ThreadData {
  readonly work: readonly QueuedWork[];
  readonly threads: number;
  readonly finish: (index: number, file: ImportedFile) => void;
}

export interface QueuedWork extends Work {
  readonly index: number;
}

/** Bounded, so that garbage is collected before it is much. What does not fit is tried with more. */
const heap = {
  usual: { maxOldGenerationSizeMb: 80, maxYoungGenerationSizeMb: 8 },
  /** What two threads keep of a large file is compressed, and not in the heap. */
  shared: { maxOldGenerationSizeMb: 64, maxYoungGenerationSizeMb: 8 },
  largest: { maxOldGenerationSizeMb: 4096, maxYoungGenerationSizeMb: 32 },
} satisfies Record<string, HeapLimits>;

/** Some formats are read as a whole, which takes memory in proportion. */
function heapFor(size: number): HeapLimits {
  return { ...heap.usual, maxOldGenerationSizeMb: Math.max(160, Math.ceil((size * 3) / 1e6)) };
}

const largeFrom = 6e6;

/** Imports files in several threads, each taking the next when it is done with one; large ones one at a time after that, each in two. */
export async function importInThreads(batch: Batch): Promise<void> {
  const queue = batch.work.filter(({ source }) => source.size < largeFrom);
  const large = batch.work.filter(({ source }) => source.size >= largeFrom);
  const failed: QueuedWork[] = [];
  await Promise.all(Array.from({ length: batch.threads }, () => runThread(batch, queue, heap.usual, failed)));
  for (const work of large) {
    const file = batch.threads > 1 ? await runLarge(work, batch, heap.shared) : undefined;
    if (file === undefined) failed.push(work);
    else batch.finish(work.index, file);
  }
  const again: QueuedWork[] = [];
  const most = Math.max(0, ...failed.map(({ source }) => source.size));
  await runThread(batch, failed, heapFor(most), again);
  await runThread(batch, again, heap.largest, undefined);
}

/** Files a thread has at a time: one to work on, and one so that it need not wait for the next. */
const atATime = 2;

async function runThread(
  batch: Batch,
  queue: QueuedWork[],
  limits: HeapLimits,
  failed: QueuedWork[] | undefined,
): Promise<void> {
  while (queue.length > 0) {
    const thread = new Thread(batch, limits);
    const given: QueuedWork[] = [];
    try {
      await Promise.all(Array.from({ length: atATime }, () => takeFiles(thread, batch, queue, given)));
    } catch (error) {
      if (!(error instanceof ThreadGone)) throw error;
      // It died over the first one. That is tried again with more memory, and at last given up.
      const [first, ...others] = given;
      queue.unshift(...others);
      if (failed === undefined) batch.finish(first!.index, unreadFile(first!.source, tooMuch));
      else failed.push(first!);
    } finally {
      await thread.terminate();
    }
  }
}

/** @param given the files that the thread has, in the order in which it answers. */
async function takeFiles(
  thread: Thread,
  batch: Batch,
  queue: QueuedWork[],
  given: QueuedWork[],
): Promise<void> {
  for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
    const { index, source, name } = next;
    given.push(next);
    const file = await thread.ask<ImportedFile>({ kind: 'file', source, name });
    given.shift();
    batch.finish(index, file);
  }
}

const tooMuch = 'reading it takes more memory than there is';
