import { linkSync, mkdirSync, readFileSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Who records a cassette in this run. */
export interface Claim {
  /** The runner's project. */
  readonly project: string;
  readonly test: string;
}

/**
 * Claims a cassette for the rest of the run, in a file that all its processes see: two projects that record the same test at the
 * same time would mix their answers, one after the other would throw the first away.
 * @param folder of the run
 * @returns the claim of another project that was first, or `undefined` when the cassette is this project's.
 */
export function claimCassette(folder: string, cassette: string, claim: Claim): Claim | undefined {
  const claims = join(folder, 'claims');
  mkdirSync(claims, { recursive: true });
  const file = join(claims, process.getBuiltinModule('node:crypto').hash('sha256', cassette).slice(0, 32));
  // A link to a finished file, because a file is there before what is written into it, and the second one reads it at once.
  const draft = `${file}.${process.pid}.${process.getBuiltinModule('node:worker_threads').threadId}`;
  writeFileSync(draft, JSON.stringify(claim));
  try {
    linkSync(draft, file);
    return undefined;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    unlinkSync(draft);
  }
  const first = JSON.parse(readFileSync(file, 'utf8')) as Claim;
  return first.project === claim.project ? undefined : first;
}
