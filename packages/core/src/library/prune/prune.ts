import { rmdirSync } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';
import type { Receipt, ReceiptCassette } from '../../adapter/receipt.ts';
import { isReelError, ReelError } from '../../errors.ts';
import { cassetteRootOf } from '../files/find-cassettes.ts';
import { readCassetteFile, shownPath, storeOf, type CassetteFile } from '../files/cassette-file.ts';
import { assemble, sectionsOf } from '../files/sections.ts';
import { mergeReceipts } from '../care/merge-receipts.ts';

/** What is not needed, and what is left alone although it looks so. */
export interface PrunePlan {
  /** Cassettes that no test asked for. */
  readonly orphans: readonly PrunedCassette[];
  /** Cassettes with recordings that no test asked for. */
  readonly unused: readonly PrunedCassette[];
  /** Cassettes that may be of use all the same, and why. */
  readonly kept: readonly { readonly where: string; readonly reason: string }[];
}

export interface PrunedCassette {
  readonly file: CassetteFile;
  readonly interactions: number;
  /** Positions of what goes, from 0; all of them for an orphan. */
  readonly removed: readonly number[];
  /** The bytes this was decided on: what is other by the time of removal is not touched. */
  readonly bytes: number;
}

export interface PruneOptions {
  readonly base: string;
  /** What printed paths are relative to. */
  readonly from: string;
  readonly dir?: string | undefined;
  /** Prune cassette folders of which the run used nothing, too. Default `false`: they may belong to another runner. */
  readonly untouchedFolders?: boolean;
  readonly onProgress?: (done: number, of: number) => void;
}

/**
 * Decides what can go, from the receipts of whole green runs. Nothing is written.
 * @throws REEL_PRUNE_REFUSED when the receipts do not say enough, or a cassette is not the one that was used.
 */
export function planPrune(
  files: readonly CassetteFile[],
  receipts: readonly Receipt[],
  options: PruneOptions,
): PrunePlan {
  const receipt = mergeReceipts(receipts);
  assertTelling(receipt);
  const { base, dir } = options;
  const uses = new Map(
    Object.entries(receipt.cassettes).map(([path, use]) => [resolve(base, ...path.split('/')), use]),
  );
  const facts: Facts = {
    uses,
    roots: new Set([...uses.keys()].map((path) => cassetteRootOf(path, base, dir))),
    folders: new Set([...uses.keys()].map((path) => dirname(path))),
    hasSkipped:
      receipt.tests.some(({ outcome }) => outcome === 'skipped') ||
      [...uses.values()].some(({ skipped }) => skipped),
    at: receipt.at,
  };
  const plan = {
    orphans: [] as PrunedCassette[],
    unused: [] as PrunedCassette[],
    kept: [] as { where: string; reason: string }[],
  };
  const changed: string[] = [];
  let done = 0;
  for (const file of files) {
    const use = uses.get(file.path);
    const cassette = readSize(file);
    options.onProgress?.(++done, files.length);
    if (cassette === undefined) {
      plan.kept.push({ where: file.where, reason: 'it cannot be read (see reel check)' });
      continue;
    }
    if (use !== undefined && hasChanged(use, cassette)) {
      changed.push(file.where);
      continue;
    }
    const reason =
      use === undefined ? reasonForOrphan(file, cassette, facts, options) : reasonForUsed(file, use);
    const removed = indexes(cassette.interactions).filter((index) => use?.used.includes(index) !== true);
    if (removed.length === 0 && use !== undefined) continue;
    if (reason !== undefined) plan.kept.push({ where: file.where, reason });
    else if (use === undefined || removed.length === cassette.interactions)
      plan.orphans.push({ file, ...cassette, removed });
    else plan.unused.push({ file, ...cassette, removed });
  }
  if (changed.length > 0) throw changedSince(changed, receipt.at);
  return plan;
}

interface Facts {
  readonly uses: ReadonlyMap<string, ReceiptCassette>;
  /** Cassette folders that the run had to do with. */
  readonly roots: ReadonlySet<string>;
  /** Folders of test files that the run had to do with. */
  readonly folders: ReadonlySet<string>;
  readonly hasSkipped: boolean;
  readonly at: string;
}

interface Size {
  readonly bytes: number;
  readonly interactions: number;
  readonly recordedAt: string;
}

function readSize(file: CassetteFile): Size | undefined {
  try {
    const content = readCassetteFile(file);
    const { header, sections } = sectionsOf(content);
    return { bytes: content.bytes.byteLength, interactions: sections.length, recordedAt: header.recordedAt };
  } catch (error) {
    if (isReelError(error)) return undefined;
    throw error;
  }
}

function indexes(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index);
}

/** Lengths tell: a cassette that is edited or recorded again has another one, but for the rarest of chances. */
function hasChanged({ bytes, interactions, written }: ReceiptCassette, now: Size): boolean {
  if (written || bytes === undefined) return false;
  return bytes !== now.bytes || interactions !== now.interactions;
}

const SETUP = /(?:^|[\\/])_setup\.jsonl$/;

function reasonForUsed(file: CassetteFile, use: ReceiptCassette): string | undefined {
  if (use.written)
    return 'the run recorded it, so it does not say what of it is used: replay once, then prune';
  if (use.skipped) return 'it belongs to a test that was skipped';
  if (SETUP.test(file.path))
    return 'it belongs to the hooks of a file, which ask for other things in other runs';
  return undefined;
}

function reasonForOrphan(
  file: CassetteFile,
  { recordedAt }: Size,
  { roots, folders, hasSkipped, at }: Facts,
  { base, dir, untouchedFolders = false }: PruneOptions,
): string | undefined {
  if (recordedAt > at) return 'it was recorded after the run';
  const isKnownFolder = folders.has(dirname(file.path));
  if (SETUP.test(file.path) && isKnownFolder) return 'it belongs to the hooks of a file whose tests ran';
  if (hasSkipped && !isKnownFolder) return 'tests were skipped, and one of them may use it by name';
  if (!untouchedFolders && !roots.has(cassetteRootOf(file.path, base, dir)))
    return 'the run used nothing in its folder, which may belong to another runner (--untouched-folders)';
  return undefined;
}

function assertTelling(receipt: Receipt): void {
  const { green, partial, mode, tests } = receipt;
  const reason = !green
    ? 'the run was not green'
    : partial.length > 0
      ? `the run was not whole (${partial.join(', ')})`
      : mode === 'live' || mode === 'verify'
        ? `a run in mode ${mode} does not show what replay uses`
        : tests.length === 0
          ? 'no test of the run had to do with a cassette'
          : undefined;
  if (reason === undefined) return;
  throw new ReelError('REEL_PRUNE_REFUSED', {
    what: `what is unused is not known: ${reason}`,
    where: `the receipt of ${receipt.runner} at ${receipt.at}`,
    fix: 'run the whole suite in replay until it is green (for shards, give the receipt of each), then prune',
  });
}

const mostNamed = 5;

function changedSince(changed: readonly string[], at: string): ReelError {
  const named = changed.slice(0, mostNamed).join(', ');
  return new ReelError('REEL_PRUNE_REFUSED', {
    what: `${changed.length === 1 ? 'a cassette is' : `${changed.length} cassettes are`} not what the run at ${at} used`,
    where: changed.length > mostNamed ? `${named} and ${changed.length - mostNamed} more` : named,
    fix: 'run the whole suite again, then prune (--receipt names the runs that count, when an old one lies about)',
  });
}

/**
 * Removes what the plan says, each cassette through its store. One that changed since the plan was made is left alone.
 * @returns why cassettes were left alone.
 */
export function applyPrune(plan: PrunePlan, from: string): ReelError[] {
  const problems: ReelError[] = [];
  for (const [pruned, isOrphan] of [
    ...plan.orphans.map((orphan) => [orphan, true] as const),
    ...plan.unused.map((one) => [one, false] as const),
  ]) {
    try {
      remove(pruned, isOrphan, from);
    } catch (error) {
      if (!isReelError(error)) throw error;
      problems.push(error);
    }
  }
  return problems;
}

function remove({ file, removed, bytes }: PrunedCassette, isOrphan: boolean, from: string): void {
  const { store, name } = storeOf(file);
  const content = readCassetteFile(file);
  if (content.bytes.byteLength !== bytes) throw changedSince([shownPath(file.path, from)], 'this moment');
  if (isOrphan) {
    store.remove(name);
    removeEmptyFolders(dirname(file.path));
    return;
  }
  store.update(name, (current) => {
    if (current === undefined || current.bytes.byteLength !== bytes)
      throw changedSince([file.where], 'this moment');
    const { header, sections } = sectionsOf({ ...content, bytes: current.bytes });
    const gone = new Set(removed);
    return assemble(
      header,
      sections.filter((_, index) => !gone.has(index)),
      content.readBlob,
    );
  });
}

/** The folder of a test file whose cassettes are all gone, and those around it that held nothing else. */
function removeEmptyFolders(folder: string): void {
  try {
    rmdirSync(folder);
  } catch {
    return; // Something is left in it.
  }
  if (basename(folder) !== 'cassettes') removeEmptyFolders(dirname(folder));
}
