import { once } from 'node:events';
import { IdMap, type Interaction, type Redactor } from '@reel/core/engine';
import { sizeOf, toBlock } from '../block.ts';
import { blockBytes } from '../compressed-block.ts';
import type { FileOptions } from '../file-options.ts';
import { FileReader, importedFile, Outcome, unreadFile } from '../file-reader.ts';
import type { ImportedFile } from '../report.ts';
import { asRead } from '../shelf.ts';
import type { FromReader, SecondHalf, Task } from './task.ts';
import { waitForPlace } from './queue-limit.ts';
import { writeHalf, type Half } from './write-half.ts';

/**
 * The first of the two threads of a large file: reads its exchanges and hands them to the second. When all ids are known, it writes the second half of the cassette.
 */
export async function readLarge(task: Task, options: FileOptions, redactor: Redactor): Promise<ImportedFile> {
  const { source, name, path, port } = task;
  const answer = once(port, 'message') as Promise<[SecondHalf]>;
  const reader = new FileReader(options, redactor);
  const opened = reader.open(source);
  const outcome = new Outcome();
  if ('recording' in opened) sendBlocks(reader.interactions(opened.format, opened.recording, outcome), task);
  outcome.conclude();
  send(port, { kind: 'end', recordedAt: outcome.recordedAt ?? source.modifiedAt });
  const [{ blocks, from, ids }] = await answer;
  port.close();
  if ('problem' in opened) return unreadFile(source, opened.problem);
  const half: Half = { name, path, blocks: [...blocks], ids: IdMap.of(ids), from };
  const failure = blocks.length === 0 ? undefined : writeHalf(half, options, redactor);
  return importedFile(source, opened.format, outcome, name, failure);
}

function sendBlocks(interactions: Iterable<Interaction>, { port, waiting }: Task): void {
  let items: ReturnType<typeof asRead>[] = [];
  let size = 0;
  const flush = (): void => {
    const block = toBlock(items);
    waitForPlace(waiting);
    send(port, { kind: 'block', block });
    items = [];
    size = 0;
  };
  for (const interaction of interactions) {
    const item = asRead(interaction);
    items.push(item);
    size += sizeOf(item);
    if (size >= blockBytes) flush();
  }
  if (items.length > 0) flush();
}

function send(port: Task['port'], message: FromReader): void {
  port.postMessage(message, message.kind === 'block' ? [message.block.buffer as ArrayBuffer] : []);
}
