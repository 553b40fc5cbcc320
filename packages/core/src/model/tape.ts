import type { Interaction, RecordedRequest } from './interaction.ts';

/**
 * Interactions in recorded order, decoded only when asked for: a cassette of 100 MB answers its first request
 * without decoding the rest.
 */
export interface Tape {
  /** The request at a position, or `undefined` past the last one. Decodes that request and nothing else. */
  requestAt(index: number): RecordedRequest | undefined;
  /** The whole interaction. Throws `REEL_CASSETTE_DAMAGED` when its lines cannot be decoded. */
  interactionAt(index: number): Interaction;
}
