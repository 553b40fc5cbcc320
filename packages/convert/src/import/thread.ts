import { Worker, type Transferable } from 'node:worker_threads';
import type { FileOptions } from './file-options.ts';
import type { Task } from './large-file/task.ts';
import type { SourceFile } from './sources.ts';

/** What a thread is given when it starts. */
export interface ThreadData {
  readonly options: FileOptions;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** A file and the cassette its exchanges are to be in. */
export interface Work {
  readonly source: SourceFile;
  readonly name: string;
}

/** What a thread can be asked to do: a file, or one of the two halves of the work on a large one. */
export type Order = ({ readonly kind: 'file' } & Work) | ({ readonly kind: 'read' | 'learn' } & Task);

/** Megabytes. */
export interface HeapLimits {
  readonly maxOldGenerationSizeMb: number;
  readonly maxYoungGenerationSizeMb: number;
}

/** The thread died over what it was asked, mostly for want of memory. */
export class ThreadGone extends Error {}

/** Does what it is asked, one thing after the other. */
export class Thread {
  readonly #worker: Worker;
  #isGone = false;
  /** What it was asked and has not answered. */
  #waiting: { resolve: (answer: unknown) => void; reject: (error: ThreadGone) => void }[] = [];

  constructor({ options, environment }: ThreadData, resourceLimits: HeapLimits) {
    const isSource = import.meta.url.endsWith('.ts');
    const program = new URL(isSource ? './worker.ts' : './worker.js', import.meta.url);
    const workerData: ThreadData = { options, environment: { ...environment } };
    this.#worker = new Worker(program, { workerData, resourceLimits });
    const end = (): void => {
      this.#isGone = true;
      for (const { reject } of this.#waiting.splice(0)) reject(new ThreadGone());
    };
    this.#worker
      .on('message', (answer: unknown) => this.#waiting.shift()?.resolve(answer))
      .on('error', end)
      .on('exit', end);
  }

  /** @throws ThreadGone */
  ask<Answer>(order: Order, transfer: readonly Transferable[] = []): Promise<Answer> {
    return new Promise<Answer>((resolve, reject) => {
      if (this.#isGone) return reject(new ThreadGone());
      this.#waiting.push({ resolve: resolve as (answer: unknown) => void, reject });
      this.#worker.postMessage(order, transfer);
    });
  }

  async terminate(): Promise<void> {
    await this.#worker.terminate();
  }
}
