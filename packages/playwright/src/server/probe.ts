import { basename } from 'node:path';
import { probeHeader, runHeader } from '@reel/core/adapter';
import { serverWithoutReel } from '../setup-missing.ts';
import { serverOrigins } from './addresses.ts';

/** How long a server may take to answer, in milliseconds. Playwright has waited for it already. */
const patience = 10_000;

/**
 * Makes sure that the servers under test have Reel's preload and belong to this run: `reuseExistingServer` takes whatever listens there.
 * @throws REEL_SETUP_MISSING
 */
export async function assertServersCovered(runFolder: string): Promise<void> {
  await Promise.all(
    serverOrigins().map(async (origin) => {
      const run = await runOf(origin);
      if (run !== basename(runFolder)) throw serverWithoutReel(origin);
    }),
  );
}

async function runOf(origin: string): Promise<string | undefined> {
  const signal = AbortSignal.timeout(patience);
  const response = await fetch(origin, { headers: { [probeHeader]: '1' }, redirect: 'manual', signal });
  await response.body?.cancel();
  return response.headers.get(runHeader) ?? undefined;
}
