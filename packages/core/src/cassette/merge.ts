import type { Interaction } from '../model/interaction.ts';

/**
 * One cassette of two recordings made at the same time: everything of both, what is stored first. Nothing is dropped as
 * a duplicate, because equal requests are a queue in replay. Normalization runs after the merge, over the whole.
 */
export function mergeTapes(stored: readonly Interaction[], mine: readonly Interaction[]): Interaction[] {
  return [...stored, ...mine];
}
