import { damaged } from '../cassette/damage.ts';
import { assertNoSecrets } from '../redaction/guard.ts';

/**
 * Does something with the content of a cassette that follows its nesting. JSON that is nested deeper than the stack allows can be read,
 * and nothing else can be done with it: said as damage and not as a defect.
 * @throws REEL_CASSETTE_DAMAGED, and what `work` throws.
 */
export function notTooDeep<T>(where: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw damaged(where, undefined, 'it holds JSON that is nested too deeply to be searched');
  }
}

/** The guard, for cassettes that may hold anything. @throws REEL_SECRET_FOUND, REEL_CASSETTE_DAMAGED */
export function assertClean(...[files, context]: Parameters<typeof assertNoSecrets>): void {
  notTooDeep(context.where, () => assertNoSecrets(files, context));
}
