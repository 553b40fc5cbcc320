import type { Socket } from 'node:net';
import type { ClientHttp2Session } from 'node:http2';

/*
 * Everything here reaches behind Node's documented surface. Kept in one place, feature-tested at each use, and run on every
 * supported major by test/interception/node-versions.test.ts.
 */

interface Internals {
  _handle?: { close?(): void; onread?: unknown } | null;
  _unrefTimer?(): void;
  _undestroy?(): void;
}

/** Activity: starts the countdown of `socket.setTimeout` anew. Without it an active stream would time out. */
export function refreshIdleTimer(socket: Socket): void {
  (socket as unknown as Internals)._unrefTimer?.();
}

/** A destroyed socket may be connected again, as Node's own `connect` allows. */
export function revive(socket: Socket): void {
  if (socket.destroyed) (socket as unknown as Internals)._undestroy?.();
}

/**
 * Closes the operating system's connection under a socket and leaves the socket object alive, so that what a client holds
 * in its pool can be served in process from the next byte on.
 * @returns `false` when this Node gives no way to do so.
 */
export function detachHandle(socket: Socket): boolean {
  const internals = socket as unknown as Internals;
  const handle = internals._handle;
  if (handle === undefined) return false;
  if (handle === null) return true;
  if (typeof handle.close !== 'function') return false;
  handle.onread = () => {};
  handle.close();
  internals._handle = null;
  return true;
}

/**
 * The socket an HTTP/2 session was given. `session.socket` is a proxy of what the session wraps around a socket that is not
 * the operating system's own, and the wrapped one is its `stream`.
 */
export function socketUnder(session: ClientHttp2Session): object | undefined {
  try {
    return (session.socket as { stream?: object }).stream;
  } catch {
    // A session that is gone has no socket.
    return undefined;
  }
}
