import { existsSync, statSync } from 'node:fs';
import { finishRun, readReports, runFolder, takeStrays, type FinishedRun } from '@reel/core/adapter';
import type { Runner } from './mocha.ts';
import { recorder, root } from './session.ts';

/** Prints what was replayed, recorded, missed and left unused, and leaves the receipt. */
export function endRun(facts: { passed: boolean; partial: readonly string[] }): FinishedRun {
  const folder = runFolder();
  const strays = takeStrays(recorder, 'this run');
  const finished = finishRun({
    runner: 'mocha',
    base: recorder.base,
    root,
    mode: recorder.mode.mode,
    ...facts,
    reports: [...(folder === undefined ? [] : readReports(folder)), ...strays.reports],
    color: process.stderr.isTTY === true && process.env['NO_COLOR'] === undefined,
  });
  // Standard output is the reporter's, and may be for a machine.
  if (finished.text !== '') process.stderr.write(`\n${finished.text}\n\n`);
  return finished;
}

/** Why a run was not the whole suite; empty when it was. */
export function partsLeftOut(
  runner: Runner,
  hadOnly: boolean,
  argv: readonly string[] = process.argv.slice(2),
): string[] {
  // A folder or a pattern may well be all there is; a file that is named is not.
  const namesFiles = argv.some((argument) => /\.[cm]?[jt]sx?$/.test(argument) && isFile(argument));
  const reasons: [boolean, string][] = [
    [runner._grep !== runner._defaultGrep, 'name filter'],
    [namesFiles, 'file filter'],
    [hadOnly, 'only'],
    [runner.failures > 0 && runner.suite.bail(), 'stopped early'],
  ];
  return reasons.filter(([holds]) => holds).map(([, reason]) => reason);
}

function isFile(path: string): boolean {
  return existsSync(path) && statSync(path).isFile();
}
