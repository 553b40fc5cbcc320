import type { Ending } from './interaction.ts';

/**
 * One message of a WebSocket session, whole: what RFC 6455 lets a sender cut into several frames is joined, and the
 * compression of an extension is undone.
 */
export interface Frame {
  readonly from: 'client' | 'server';
  /** Payload; UTF-8 unless {@link isBinary}. */
  readonly bytes: Uint8Array;
  readonly isBinary: boolean;
  /** Milliseconds after the handshake; only on tape when timing was asked for. */
  readonly at?: number;
}

/** How a session ended. */
export type SessionEnd =
  | {
      readonly kind: 'closed';
      /** Who sent the first close frame. */
      readonly by: 'client' | 'server';
      /** Close code (RFC 6455, section 7.4); absent when the frame had none. */
      readonly code?: number;
      readonly reason?: string;
    }
  /** The connection went away without a close frame. */
  | {
      readonly kind: 'cut';
      readonly by: 'client' | 'server';
      /** Node error code (`ECONNRESET`); absent when the connection simply ended. */
      readonly code?: string;
    };

/** A WebSocket session on tape: what was said after the handshake, in causal order. */
export interface Session {
  readonly frames: readonly Frame[];
  readonly end: SessionEnd;
}

/** The end of a session as that of an interaction. */
export function endingOf(end: SessionEnd): Ending {
  if (end.kind === 'closed') return { kind: 'end' };
  const by = end.by === 'client' ? 'client' : 'upstream';
  return { kind: 'aborted', by, ...(end.code !== undefined && { code: end.code }) };
}
