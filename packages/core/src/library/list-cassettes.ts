import { statSync } from 'node:fs';
import type { CassetteFile } from './files/cassette-file.ts';
import { isUnreadable, outlineOf, type CassetteOutline, type UnreadableCassette } from './outline.ts';
import { readMany } from './reading-many.ts';

export type ListOrder = 'path' | 'size' | 'age' | 'interactions';

export interface ListOptions {
  /** Keeps cassettes that ask this provider; part of its id or host, case does not count. */
  readonly provider?: string | undefined;
  /** Keeps cassettes that ask this model; part of its name. */
  readonly model?: string | undefined;
  /** Keeps cassettes whose path has this text in it. */
  readonly path?: string | undefined;
  /** Largest, oldest and fullest come first. Default `path`. */
  readonly sort?: ListOrder | undefined;
  readonly onProgress?: (done: number, of: number) => void;
}

/** Outlines of many cassettes. Unreadable ones are listed too, whatever is filtered for: they may be what is looked for. */
export function listCassettes(
  files: readonly CassetteFile[],
  { provider, model, path, sort = 'path', onProgress }: ListOptions = {},
): (CassetteOutline | UnreadableCassette)[] {
  const outlines: (CassetteOutline | UnreadableCassette)[] = [];
  const wanted = path === undefined ? files : files.filter(({ where }) => has(where, path));
  let done = 0;
  for (const read of readMany(wanted)) {
    const outline =
      'problem' in read
        ? { where: read.file.where, path: read.file.path, problem: read.problem }
        : outlineOf(read.content);
    if (isUnreadable(outline) || isAskedFor(outline, provider, model)) outlines.push(outline);
    onProgress?.(++done, wanted.length);
  }
  return outlines.toSorted((a, b) => compare(a, b, sort) || (a.where < b.where ? -1 : 1));
}

function isAskedFor(
  outline: CassetteOutline,
  provider: string | undefined,
  model: string | undefined,
): boolean {
  return (
    (provider === undefined || outline.providers.some((id) => has(id, provider))) &&
    (model === undefined || outline.models.some((name) => has(name, model)))
  );
}

function has(text: string, part: string): boolean {
  return text.toLowerCase().includes(part.toLowerCase());
}

function compare(
  a: CassetteOutline | UnreadableCassette,
  b: CassetteOutline | UnreadableCassette,
  order: ListOrder,
): number {
  if (order === 'path') return 0;
  if (order === 'size') return sizeOf(b) - sizeOf(a);
  if (isUnreadable(a) || isUnreadable(b)) return Number(isUnreadable(b)) - Number(isUnreadable(a));
  if (order === 'interactions') return b.interactions - a.interactions;
  return a.recordedAt < b.recordedAt ? -1 : a.recordedAt > b.recordedAt ? 1 : 0;
}

function sizeOf(outline: CassetteOutline | UnreadableCassette): number {
  return isUnreadable(outline)
    ? (statSync(outline.path, { throwIfNoEntry: false })?.size ?? 0)
    : outline.bytes;
}
