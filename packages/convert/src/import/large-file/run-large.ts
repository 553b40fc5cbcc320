import { MessageChannel } from 'node:worker_threads';
import type { ImportedFile } from '../report.ts';
import { Thread, ThreadGone, type HeapLimits, type ThreadData, type Work } from '../thread.ts';
import { CassetteWriter } from '../write-cassette.ts';

/**
 * Imports a large file in two threads: one reads while the other redacts, learns ids and keeps what was read compressed; then each
 * writes half of the cassette. `undefined` when it has to be done another way: a thread died, or a cassette is to be replaced, which
 * the store does with the whole in memory.
 */
export async function runLarge(
  { source, name }: Work,
  data: ThreadData,
  limits: HeapLimits,
): Promise<ImportedFile | undefined> {
  const { to } = data.options;
  const writer = to === undefined ? undefined : new CassetteWriter(to);
  if (writer?.exists(name) === true) return undefined;
  const { port1, port2 } = new MessageChannel();
  const task = { source, name, waiting: new Int32Array(new SharedArrayBuffer(4)) };
  const threads = [new Thread(data, limits), new Thread(data, limits)] as const;
  const paths = writer?.partPaths(name);
  try {
    const [file, failure] = await Promise.all([
      threads[0].ask<ImportedFile>({ kind: 'read', ...task, path: paths?.[1], port: port1 }, [port1]),
      threads[1].ask<string | undefined>({ kind: 'learn', ...task, path: paths?.[0], port: port2 }, [port2]),
    ]);
    if (failure !== undefined) return failed(file, failure);
    if (file.exchanges > 0 && paths !== undefined) writer!.join(name, paths);
    return file;
  } catch (error) {
    if (error instanceof ThreadGone) return undefined;
    throw error;
  } finally {
    await Promise.all(threads.map((thread) => thread.terminate()));
    if (paths !== undefined) writer!.drop(paths);
  }
}

function failed({ file, format, bytes, skipped, notes }: ImportedFile, problem: string): ImportedFile {
  return { file, format, bytes, skipped, notes, exchanges: 0, problem };
}
