import { parentPort, workerData } from 'node:worker_threads';
import { createRedactor } from '@reel/core/engine';
import { FileImporter } from './import-file.ts';
import { learnIds } from './large-file/learn-ids.ts';
import { readLarge } from './large-file/read-large.ts';
import type { Order, ThreadData } from './thread.ts';

/** A thread of an import: does one thing after the other and answers with what became of it. */
const { options, environment } = workerData as ThreadData;
const redactor = createRedactor(options.redact, environment);
const importer = new FileImporter(options, redactor);

async function obey(order: Order): Promise<unknown> {
  switch (order.kind) {
    case 'file':
      return importer.import(order.source, order.name);
    case 'read':
      return readLarge(order, options, redactor);
    case 'learn':
      return learnIds(order, options, redactor);
  }
}

parentPort!.on('message', (order: Order) => {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, no window.
  void obey(order).then((answer) => parentPort!.postMessage(answer));
});
