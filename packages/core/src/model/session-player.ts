import type { HeaderList } from './headers.ts';
import type { Frame, SessionEnd } from './session.ts';

/** What a player may do to the client of a session it plays. */
export interface SessionWire {
  /** Sends a message. `done` is called, once, when the client can take the next one. */
  send(bytes: Uint8Array, isBinary: boolean, done: () => void): void;
  /** Sends a close frame; the client answers it. */
  close(code?: number, reason?: string): void;
  /** Ends the connection without a close frame: with that error on the client's socket, or none. */
  cut(code?: string): void;
}

/** Plays a session from tape. The transport tells it what the client does. After {@link gone} nothing more is sent. */
export interface SessionPlayer {
  /** Headers of the accepted handshake, without those of one connection. */
  readonly headers: HeaderList;
  start(wire: SessionWire): void;
  message(bytes: Uint8Array, isBinary: boolean): void;
  /** The client sent a close frame. The transport answers it by itself. */
  closed(): void;
  /** The connection is over, whoever ended it. */
  gone(): void;
}

/**
 * Listens to a session while it streams past. Exactly one of `refused` and `ended` comes last; calls after it are ignored. What is
 * given is kept, not copied.
 */
export interface SessionTap {
  accepted(headers: HeaderList): void;
  /** The server answered the handshake with something else than 101. */
  refused(status: number, statusText: string, headers: HeaderList, body: Uint8Array): void;
  message(from: Frame['from'], bytes: Uint8Array, isBinary: boolean): void;
  /** What comes from one side is no WebSocket any more: nothing more of it will be told. */
  unreadable(from: Frame['from'], why: Error): void;
  /** Before `accepted`: the connection failed. */
  ended(end: SessionEnd): void;
}

/** Hears nothing: for sessions that only have to find their way. */
export const deafToSessions: SessionTap = {
  accepted() {},
  refused() {},
  message() {},
  unreadable() {},
  ended() {},
};
