import { Unreadable } from './body.ts';
import { skipped, type Found } from './found.ts';

/** Reads one exchange; what is wrong with it costs no other. */
export function* readOne(where: string, read: () => Iterable<Found> | Found): Generator<Found> {
  try {
    const found = read();
    if (Symbol.iterator in found) yield* found;
    else yield found;
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
    yield skipped(where, error.message);
  }
}
