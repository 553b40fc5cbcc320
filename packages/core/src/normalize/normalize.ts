import type { Interaction, RecordedRequest } from '../model/interaction.ts';
import { CassetteIds } from './cassette-ids.ts';
import { readInteraction, type ReadOptions } from './read-interaction.ts';
import type { ReadInteraction } from './reading.ts';
import { rewriteInteraction } from './rewrite-interaction.ts';

export type { NormalizationRules } from './rules-of-url.ts';

/**
 * Names the rules of this folder, for the head of a cassette. To be raised with every change that gives other bytes for
 * the same recording; the rules of providers are not in it.
 */
export const normalizeRulesId = 'normalize-1';

export interface NormalizeOptions extends Pick<ReadOptions, 'provider'> {
  /** The canonical key of a request: equal for requests that matching holds equal. Use one that no test changes. */
  readonly keyOf: (request: RecordedRequest) => string;
}

/** Where interactions wait between the two passes of {@link eachNormalized}. */
export interface Shelf {
  add(item: ReadInteraction): void;
  /** All of them in order; each is let go when the next is taken. */
  take(): Iterable<ReadInteraction>;
}

/**
 * Takes out of a cassette what differs between two recordings of the same behaviour, so that a re-record changes no
 * line for it:
 * - ids that servers made up get values derived from the request they answer (its key, how many equal ones came before) and
 *   their place in the answer: parallel calls recorded in another order get the same. An id is rewritten wherever
 *   it stands in the cassette as a whole token, so a later request that quotes it still matches. Ids that a request brought
 *   first are the client's own and stay;
 * - volatile fields and response headers get constants;
 * - multipart boundaries become one;
 * - blanks with which a server pads its events go.
 *
 * Everything else keeps its bytes: white space, key order, number spelling, the framing of streams, the places where chunks
 * are cut. A body that cannot be read stays whole but for known ids. `content-length` follows the body; for a body that was
 * compressed it becomes the length before compression, because no other number is the same at each recording.
 *
 * Idempotent. Interactions that do not change are returned as they are, in the same order.
 */
export function normalizeInteractions(
  interactions: readonly Interaction[],
  options: NormalizeOptions,
): Interaction[] {
  return [...eachNormalized(interactions, options)];
}

/**
 * {@link normalizeInteractions}, one after the other. All are taken before the first is given.
 * @param shelf where they wait; default: in memory. Who writes a large cassette keeps them elsewhere or smaller.
 */
export function* eachNormalized(
  interactions: Iterable<Interaction>,
  { keyOf, provider }: NormalizeOptions,
  shelf: Shelf = inMemory(),
): Generator<Interaction> {
  const cassette = new CassetteIds(keyOf);
  // Ids are learned from all answers before any answer is rewritten: an answer may mention an id before the one
  // whose rules tell that it is an id, and both have to agree.
  for (const interaction of interactions) {
    const { facts, places } = readInteraction(interaction, { provider });
    shelf.add({ interaction, reading: { ...cassette.learn(facts), ...places } });
  }
  for (const { interaction, reading } of shelf.take())
    yield rewriteInteraction(interaction, reading, cassette.ids);
}

function inMemory(): Shelf {
  const items: ReadInteraction[] = [];
  return { add: (item) => items.push(item), take: () => items };
}
