import { isUtf8 } from 'node:buffer';
import { jsonItems } from '../json/items.ts';
import { yamlItems } from '../yaml/items.ts';
import { YamlReader } from '../yaml/load.ts';
import { readOne } from './each.ts';
import { fieldsOf, type Fields } from './fields.ts';
import { remark, skipped, type Found } from './found.ts';
import type { Recording } from './recording.ts';

/** A piece of a file, or what is wrong with it. */
export type Item =
  | { readonly value: unknown; readonly number: number }
  | { readonly problem: string; readonly number: number };

/** Reads one element; throws `Unreadable` where it cannot. `where` is its place in words. */
export type ReadItem = (fields: Fields | undefined, where: string) => Iterable<Found> | Found;

/** Reads the elements of a list one by one; a damaged one costs no other. `noun` is what they are called to people. */
export function* readItems(items: Iterable<Item>, noun: string, read: ReadItem): Generator<Found> {
  for (const item of items) {
    const where = `${noun} ${item.number}`;
    if ('problem' in item) {
      yield remark('damaged-file');
      yield skipped(where, item.problem);
    } else yield* readOne(where, () => read(fieldsOf(item.value), where));
  }
}

/** The same for the list at a path of keys (`['log', 'entries']`; empty: the file is the list) of a JSON file. */
export function* readJsonList(
  recording: Recording,
  path: readonly string[],
  noun: string,
  read: ReadItem,
): Generator<Found> {
  yield* remarksOn(recording);
  yield* readItems(jsonItems(recording, path), noun, read);
}

/** The same where a tool writes YAML or JSON as it is told. */
export function* readList(
  recording: Recording,
  path: readonly string[],
  noun: string,
  read: ReadItem,
): Generator<Found> {
  if (beginsWith(recording, '{')) {
    yield* readJsonList(recording, path, noun, read);
    return;
  }
  yield* remarksOn(recording);
  const reader = new YamlReader();
  yield* readItems(yamlItems(recording, path, reader), noun, read);
  if (reader.hasForeignTags) yield remark('unknown-tags');
}

/** What is wrong with the text of a file as a whole. The end of its beginning may be the middle of a character. */
export function* remarksOn({ head, size }: Recording): Generator<Found> {
  const isWhole = head.byteLength >= size;
  const cut = isWhole
    ? 0
    : 1 +
      head
        .subarray(-4)
        .toReversed()
        .findIndex((byte) => (byte & 0xc0) !== 0x80);
  if (!isUtf8(cut === 0 ? head : head.subarray(0, -cut))) yield remark('not-utf8');
}

/** Whether the first character that is no white space is this one. */
export function beginsWith(recording: Recording, character: '{' | '['): boolean {
  return Buffer.from(recording.head.subarray(0, 1024)).toString('utf8').trimStart().startsWith(character);
}
