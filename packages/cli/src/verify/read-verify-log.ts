import { existsSync, readFileSync } from 'node:fs';
import type { VerifyLogEntry } from '@reel/core/engine';

/** What a run in mode `verify` found, over all its tests and processes. */
export interface VerifyReport {
  /** Calls that were made again and compared. */
  readonly compared: number;
  /** Differences, each once, with the tests that showed it. Errors first. */
  readonly drift: readonly DriftLine[];
  readonly notLooked: readonly {
    readonly endpoint: string;
    readonly reason: string;
    readonly tests: readonly string[];
  }[];
}

export type DriftLine = VerifyLogEntry['findings'][number] & { readonly tests: readonly string[] };

/** Sums the lines up that the scopes of a run wrote. A line that a killed process left unfinished is left out. */
export function readVerifyLog(file: string): VerifyReport {
  const entries = existsSync(file) ? readFileSync(file, 'utf8').split('\n').flatMap(parse) : [];
  const drift = new Map<string, { line: VerifyLogEntry['findings'][number]; tests: Set<string> }>();
  const notLooked = new Map<string, { endpoint: string; reason: string; tests: Set<string> }>();
  for (const { test, findings, notLooked: blind } of entries) {
    for (const finding of findings) {
      const key = JSON.stringify(finding);
      const sofar = drift.get(key) ?? { line: finding, tests: new Set() };
      drift.set(key, sofar);
      sofar.tests.add(test);
    }
    for (const { endpoint, reason } of blind) {
      const key = `${endpoint}\n${reason}`;
      const sofar = notLooked.get(key) ?? { endpoint, reason, tests: new Set() };
      notLooked.set(key, sofar);
      sofar.tests.add(test);
    }
  }
  const rank = ({ severity }: DriftLine): number => (severity === 'error' ? 0 : 1);
  return {
    compared: entries.reduce((sum, { compared }) => sum + compared, 0),
    drift: [...drift.values()]
      .map(({ line, tests }) => ({ ...line, tests: [...tests] }))
      .toSorted((a, b) => rank(a) - rank(b)),
    notLooked: [...notLooked.values()].map((one) => ({ ...one, tests: [...one.tests] })),
  };
}

function parse(line: string): VerifyLogEntry[] {
  try {
    return line === '' ? [] : [JSON.parse(line) as VerifyLogEntry];
  } catch {
    return [];
  }
}
