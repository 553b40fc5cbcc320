import { isReelError, ReelError } from '../errors.ts';
import type { ReelOptions } from '../options.ts';

/**
 * Makes sure that an adapter's options survive the way to test workers.
 * @param where they were written, for the error: `reel() in the Vitest config`
 * @throws REEL_INVALID_OPTION
 */
export function assertPortable(options: ReelOptions, where: string): void {
  try {
    structuredClone(options);
  } catch (cause) {
    if (isReelError(cause)) throw cause;
    throw new ReelError('REEL_INVALID_OPTION', {
      what: 'an option is a function, and functions cannot travel to test workers',
      where,
      fix: 'put it in reel.config.ts, which every worker reads: export default defineConfig({ match: { custom: [...] } })',
      cause,
    });
  }
}
