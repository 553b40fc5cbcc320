import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { ReelError } from '../errors.ts';
import type { Mode } from '../mode.ts';
import { addUsage, type Miss, type ModelUsage, type Outcome, type ScopeReport } from '../report.ts';

/** What one run of a runner did, as JSON: for `reel prune`, for merging shards, and for summaries in CI. Holds no secrets. */
export interface Receipt {
  /** Version of this format. */
  readonly receipt: 1;
  /** `vitest`, `jest`, `mocha`, `playwright`, `proxy`... */
  readonly runner: string;
  /** UTC, whole seconds. */
  readonly at: string;
  readonly mode: Mode;
  /** Every test that ran passed, and nothing missed. */
  readonly green: boolean;
  /** Why this was not the whole suite (`name filter`, `shard 1/3`, `stopped early`...). Empty: it was. */
  readonly partial: readonly string[];
  /** Which part of how many, when the run was sharded: `1/3`. */
  readonly shard?: string;
  /** By path relative to the folder of the config, with `/`. */
  readonly cassettes: Readonly<Record<string, ReceiptCassette>>;
  /** Tests that had to do with a cassette. */
  readonly tests: readonly ReceiptTest[];
  readonly savedUsage: readonly ModelUsage[];
  readonly spentUsage: readonly ModelUsage[];
  readonly warnings: readonly string[];
}

/** One cassette in a run. */
export interface ReceiptCassette {
  /** Length of the file, and number of its interactions, when it was read. Absent when no test read it. */
  readonly bytes?: number;
  readonly interactions?: number;
  /** Positions, from 0, of the interactions that some test replayed. */
  readonly used: readonly number[];
  /** The run recorded it: positions in the file are others now. */
  readonly written: boolean;
  /** It belongs to a test that was skipped, so nothing is known of its use. */
  readonly skipped: boolean;
}

/** One test in a run. */
export interface ReceiptTest {
  readonly test: string;
  /** Path as in {@link Receipt.cassettes}; empty for requests that belong to no test. */
  readonly cassette: string;
  readonly outcome: Outcome;
  readonly replayed: number;
  readonly recorded: number;
  readonly unused: number;
  readonly misses: readonly Miss[];
}

/** What {@link makeReceipt} puts together. */
export interface RunFacts {
  readonly runner: string;
  /** Folder that cassette paths are relative to: `recorder.base`. */
  readonly base: string;
  readonly mode: Mode;
  /** Whether the runner calls the run a success. */
  readonly passed: boolean;
  readonly partial: readonly string[];
  readonly shard?: string | undefined;
  readonly reports: readonly ScopeReport[];
}

export function makeReceipt(facts: RunFacts, at: Date = new Date()): Receipt {
  const { runner, base, mode, passed, partial, shard, reports } = facts;
  const cassettes = new Map<string, ReceiptCassette>();
  const tests: ReceiptTest[] = [];
  for (const report of reports) {
    const cassette = report.file === undefined ? '' : relative(base, report.file).split(sep).join('/');
    if (cassette !== '') cassettes.set(cassette, addUse(cassettes.get(cassette), report));
    const { test, outcome, replayed, recorded, unused, misses } = report;
    tests.push({ test, cassette, outcome, replayed, recorded, unused: unused.length, misses });
  }
  return {
    receipt: 1,
    runner,
    at: `${at.toISOString().slice(0, 19)}Z`,
    mode,
    green: passed && reports.every(({ misses, outcome }) => misses.length === 0 && outcome !== 'failed'),
    partial,
    ...(shard !== undefined && { shard }),
    cassettes: Object.fromEntries([...cassettes].toSorted(([a], [b]) => (a < b ? -1 : 1))),
    tests,
    savedUsage: addUsage(reports.flatMap(({ savedUsage }) => savedUsage)),
    spentUsage: addUsage(reports.flatMap(({ spentUsage }) => spentUsage)),
    warnings: [...new Set(reports.flatMap(({ warnings }) => warnings))],
  };
}

function addUse(sofar: ReceiptCassette | undefined, report: ScopeReport): ReceiptCassette {
  const used = new Set([...(sofar?.used ?? []), ...report.used]);
  const bytes = report.tape?.bytes ?? sofar?.bytes;
  const interactions = report.tape?.interactions ?? sofar?.interactions;
  return {
    ...(bytes !== undefined && { bytes }),
    ...(interactions !== undefined && { interactions }),
    used: [...used].toSorted((a, b) => a - b),
    written: report.saved || sofar?.written === true,
    skipped: report.outcome === 'skipped' || sofar?.skipped === true,
  };
}

/**
 * Where the receipt of a runner's last run lies: `REEL_RECEIPT`, else `node_modules/.cache/reel/` beside the config, which no
 * repository tracks, else `.reel/`.
 */
export function receiptFile(
  base: string,
  runner: string,
  environment: Readonly<Record<string, string | undefined>> = process.env,
): string {
  const named = environment['REEL_RECEIPT'];
  if (named !== undefined && named !== '') return resolve(base, named);
  const modules = join(base, 'node_modules');
  const folder = existsSync(modules) ? join(modules, '.cache', 'reel') : join(base, '.reel');
  return join(folder, `receipt-${runner}.json`);
}

/** Writes a receipt whole or not at all. */
export function writeReceipt(file: string, receipt: Receipt): void {
  const folder = dirname(file);
  mkdirSync(folder, { recursive: true });
  // The fallback folder lies in the repository; it must not show up in `git status`.
  if (folder.endsWith(`${sep}.reel`)) writeFileSync(join(folder, '.gitignore'), '*\n');
  const draft = `${file}.${process.pid}.tmp`;
  writeFileSync(draft, `${JSON.stringify(receipt, null, 1)}\n`);
  renameSync(draft, file);
}

/**
 * Reads a receipt.
 * @throws REEL_RECEIPT_UNREADABLE when it is missing, damaged, or of a newer version.
 */
export function readReceipt(file: string): Receipt {
  let parsed: unknown;
  try {
    parsed = JSON.parse(readFileSync(file, 'utf8'));
  } catch (cause) {
    const isMissing = (cause as NodeJS.ErrnoException).code === 'ENOENT';
    throw unreadable(file, isMissing ? 'there is no receipt of a run' : 'the receipt is damaged', cause);
  }
  if (!isReceipt(parsed)) throw unreadable(file, 'this is not a receipt that this version can read');
  return parsed;
}

function isReceipt(value: unknown): value is Receipt {
  if (typeof value !== 'object' || value === null) return false;
  const { receipt, cassettes, tests, partial } = value as Record<string, unknown>;
  return (
    receipt === 1 &&
    typeof cassettes === 'object' &&
    cassettes !== null &&
    Array.isArray(tests) &&
    Array.isArray(partial)
  );
}

function unreadable(file: string, what: string, cause?: unknown): ReelError {
  return new ReelError('REEL_RECEIPT_UNREADABLE', {
    what,
    where: file,
    fix: 'run the whole suite once with this version of Reel, then try again',
    cause,
  });
}
