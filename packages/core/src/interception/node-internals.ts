import type { Socket } from 'node:net';
import { patchMethod } from './patches.ts';
import type { Http2Session } from 'node:http2';

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
export function socketUnder(session: Http2Session): object | undefined {
  try {
    return (session.socket as { stream?: object }).stream;
  } catch {
    // A session that is gone has no socket.
    return undefined;
  }
}

interface StreamWrap {
  doWrite(request: object, buffers: unknown[]): number;
  finishWrite(handle: object, status: number): void;
}

/**
 * HTTP/2 over a socket that is not the operating system's goes through Node's `JSStreamSocket`, which asserts that it is
 * given one write at a time, and a session that is destroyed while a frame is under way gives it a second one: the
 * assertion ends the process (seen on Node 22, 24 and 26). The second write waits for the first instead.
 * @returns the undo
 */
export function queueSessionWrites(session: Http2Session): () => void {
  const wrap = Object.getPrototypeOf(session.socket) as StreamWrap;
  if (!Object.hasOwn(wrap, 'doWrite') || !Object.hasOwn(wrap, 'finishWrite')) return () => {};
  const busy = new WeakMap<StreamWrap, (() => void)[]>();
  const undoWrite = patchMethod(wrap, 'doWrite', (doWrite) => {
    return function patchedDoWrite(this: StreamWrap, request, buffers) {
      const waiting = busy.get(this);
      if (waiting !== undefined) {
        waiting.push(() => doWrite.call(this, request, buffers));
        return 0;
      }
      busy.set(this, []);
      return doWrite.call(this, request, buffers);
    };
  });
  const undoFinish = patchMethod(wrap, 'finishWrite', (finishWrite) => {
    return function patchedFinishWrite(this: StreamWrap, handle, status) {
      const [next, ...later] = busy.get(this) ?? [];
      if (next === undefined) busy.delete(this);
      else busy.set(this, later);
      finishWrite.call(this, handle, status);
      next?.();
    };
  });
  return () => {
    undoFinish();
    undoWrite();
  };
}
