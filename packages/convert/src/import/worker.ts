import { parentPort, workerData } from 'node:worker_threads';
import { FileImporter } from './import-file.ts';
import type { ThreadData, Work } from './threads.ts';

/** A thread of an import: takes one file after the other and answers with what became of it. */
const { options, environment } = workerData as ThreadData;
const importer = new FileImporter(options, environment);
// oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, no window.
parentPort!.on('message', ({ source, name }: Work) => parentPort!.postMessage(importer.import(source, name)));
