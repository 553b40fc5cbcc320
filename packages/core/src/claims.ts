import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
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
  const file = join(claims, createHash('sha256').update(cassette).digest('hex').slice(0, 32));
  try {
    writeFileSync(file, JSON.stringify(claim), { flag: 'wx' });
    return undefined;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  const first = readClaim(file);
  return first === undefined || first.project === claim.project ? undefined : first;
}

function readClaim(file: string): Claim | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Claim;
  } catch {
    // Claimed this moment and not yet written out: the other one is named all the same.
    return { project: 'another project', test: '' };
  }
}
