import { appendFileSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
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
  readonly reports: readonly ScopeReport[];
}

/**
 * Leaves the reports of one attempt of one test for the end of the run. What nothing happened in is not written: a suite
 * without calls pays nothing.
 * @param key tells tests apart: a later attempt under the same key replaces an earlier one
 */
export function writeReports(folder: string, key: string, reports: readonly ScopeReport[]): void {
  const telling = reports.filter(isTelling);
  // A retry that did nothing still has to take the place of an attempt that missed.
  if (telling.length === 0 && !written.has(key)) return;
  written.add(key);
  const note: Note = { key, reports: telling };
  appendFileSync(join(folder, `reports-${process.pid}-${threadId}.jsonl`), `${JSON.stringify(note)}\n`);
}

const written = new Set<string>();

function isTelling(report: ScopeReport): boolean {
  const { replayed, recorded, misses, warnings, unused, outcome } = report;
  return (
    replayed + recorded + misses.length + warnings.length + unused.length > 0 ||
    (outcome === 'skipped' && report.file !== undefined)
  );
}

/** The reports of all processes of the run, of each test the last attempt. A line that a killed worker left half is passed over. */
export function readReports(folder: string): ScopeReport[] {
  const last = new Map<string, readonly ScopeReport[]>();
  const files = readdirSync(folder).filter((name) => name.startsWith('reports-'));
  for (const name of files.toSorted()) {
    for (const line of readFileSync(join(folder, name), 'utf8').split('\n')) {
      const note = parse(line);
      if (note !== undefined) last.set(note.key, note.reports);
    }
  }
  return [...last.values()].flat();
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
