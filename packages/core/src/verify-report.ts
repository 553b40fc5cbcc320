import { appendFileSync } from 'node:fs';
import { ReelError } from './errors.ts';
import { describeFinding, type DriftFinding } from './drift/finding.ts';
import type { Miss } from './report.ts';
import type { VerifiedCall } from './verification.ts';

/** One line of the file that `REEL_VERIFY_LOG` names: what was verified in one scope. Holds no value of any answer. */
export interface VerifyLogEntry {
  readonly test: string;
  /** Where the cassette is, for people. */
  readonly cassette: string;
  /** Calls that were made again and compared. */
  readonly compared: number;
  readonly findings: readonly DriftFinding[];
  readonly notLooked: readonly { readonly endpoint: string; readonly reason: string }[];
}

/** What a scope says of its verified calls: misses fail the test, notes are a line in the summary. */
export interface VerifyOutcome {
  readonly misses: readonly Miss[];
  readonly warnings: readonly string[];
  readonly entry: VerifyLogEntry;
}

/** Whose calls were verified. */
export interface VerifiedScope {
  readonly test: string;
  /** Where the cassette is, for people. */
  readonly cassette: string;
  /** The command that records this test anew. */
  readonly fix: string;
}

export function verifyOutcome(
  calls: readonly VerifiedCall[],
  { test, cassette, fix }: VerifiedScope,
): VerifyOutcome {
  const where = `${test} (${cassette})`;
  const misses: Miss[] = [];
  const warnings: string[] = [];
  for (const { method, url, endpoint, findings, notLooked } of calls) {
    const error =
      notLooked === undefined
        ? driftError(endpoint, findings, where, fix)
        : notVerified(endpoint, notLooked, where);
    if (error !== undefined) misses.push({ code: error.code, method, url, message: error.message });
    for (const finding of findings) {
      if (finding.severity === 'note')
        warnings.push(`drift: ${finding.endpoint}: ${describeFinding(finding)}`);
    }
  }
  const entry: VerifyLogEntry = {
    test,
    cassette,
    compared: calls.filter(({ notLooked }) => notLooked === undefined).length,
    findings: calls.flatMap(({ findings }) => findings),
    notLooked: calls.flatMap(({ endpoint, notLooked }) =>
      notLooked === undefined ? [] : [{ endpoint, reason: notLooked }],
    ),
  };
  return { misses, warnings, entry };
}

/** A line per scope, in a file that processes and workers share: short appends do not mix. */
export function writeVerifyLog(file: string, entry: VerifyLogEntry): void {
  appendFileSync(file, `${JSON.stringify(entry)}\n`);
}

function driftError(
  endpoint: string,
  findings: readonly DriftFinding[],
  where: string,
  fix: string,
): ReelError | undefined {
  const errors = findings.filter(({ severity }) => severity === 'error');
  if (errors.length === 0) return undefined;
  return new ReelError('REEL_DRIFT', {
    what: [
      `${endpoint} answers otherwise than it did when it was recorded`,
      ...errors.map((finding) => `  - ${describeFinding(finding)}`),
    ].join('\n'),
    where,
    fix: `once the program is ready for it, ${fix}`,
  });
}

function notVerified(endpoint: string, reason: string, where: string): ReelError {
  return new ReelError('REEL_NOT_VERIFIED', {
    what: `${endpoint} was not compared with its recording: ${reason}`,
    where,
    fix: 'nothing is known of drift here: repair the key, the network or the quota, and verify again',
  });
}
