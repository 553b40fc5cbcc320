import { appendFileSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { threadId } from 'node:worker_threads';
import type { ScopeReport } from '../report.ts';

/** The variable that tells workers, and servers under test, where the run keeps its notes. */
export const runFolderVariable = 'REEL_RUN_DIR';

/**
 * Makes the folder through which the processes of one run talk to its end: reports of tests, and claims on cassettes that are
 * being recorded. Processes started from now on find it in `REEL_RUN_DIR`. It is removed when this process exits.
 */
export function createRunFolder(environment: Record<string, string | undefined> = process.env): string {
  const folder = mkdtempSync(join(tmpdir(), 'reel-run-'));
  environment[runFolderVariable] = folder;
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** The folder of the run this process belongs to, if the main process of the runner made one. */
export function runFolder(
  environment: Readonly<Record<string, string | undefined>> = process.env,
): string | undefined {
  return environment[runFolderVariable] || undefined;
}

interface Note {
  readonly key: string;
  /** When it was written, in milliseconds: a retry may run in another process than the attempt before it. */
  readonly at: number;
  readonly reports: readonly ScopeReport[];
}

/**
 * Leaves the reports of one attempt of one test for the end of the run. What nothing happened in is not written: a suite
 * without calls pays nothing.
 * @param key tells tests apart: a later attempt under the same key replaces an earlier one
 * @param hasEarlier whether there was one; an adapter says so when another process may have run it
 */
export function writeReports(
  folder: string,
  key: string,
  reports: readonly ScopeReport[],
  hasEarlier: boolean = written.has(key),
): void {
  const telling = reports.filter(isTelling);
  // A retry that did nothing still has to take the place of an attempt that missed.
  if (telling.length === 0 && !hasEarlier) return;
  written.add(key);
  const note: Note = { key, at: now(), reports: telling };
  appendFileSync(join(folder, `reports-${process.pid}-${threadId}.jsonl`), `${JSON.stringify(note)}\n`);
}

const written = new Set<string>();

// Taken at load: tests fake the clock.
const { now } = Date;

/**
 * Whether the end of the run has to know of a report: something happened, or a test with a cassette was skipped. Everything else
 * is not worth the way to the main process.
 */
export function isTelling(report: ScopeReport): boolean {
  const { replayed, recorded, misses, warnings, unused, outcome, file } = report;
  return (
    replayed + recorded + misses.length + warnings.length + unused.length > 0 ||
    (outcome === 'skipped' && file !== undefined && existsSync(file))
  );
}

/** The reports of all processes of the run, of each test the last attempt. A line that a killed worker left half is passed over. */
export function readReports(folder: string): ScopeReport[] {
  const last = new Map<string, Note>();
  const files = readdirSync(folder).filter((name) => name.startsWith('reports-'));
  for (const name of files.toSorted()) {
    for (const line of readFileSync(join(folder, name), 'utf8').split('\n')) {
      const note = parse(line);
      if (note !== undefined && note.at >= (last.get(note.key)?.at ?? 0)) last.set(note.key, note);
    }
  }
  return [...last.values()].flatMap(({ reports }) => reports);
}

function parse(line: string): Note | undefined {
  try {
    return line === '' ? undefined : (JSON.parse(line) as Note);
  } catch {
    return undefined;
  }
}

/** Forgets the reports so far: a watch mode begins its next run. */
export function clearReports(folder: string): void {
  for (const name of readdirSync(folder)) rmSync(join(folder, name), { recursive: true, force: true });
}
