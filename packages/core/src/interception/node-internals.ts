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
  doShutdown(request: object): number;
  finishShutdown(handle: object, status: number): void;
}

/**
 * HTTP/2 over a socket that is not the operating system's goes through Node's `JSStreamSocket`, which asserts that it is
 * given one write at a time and none once it was told to end. A session that is destroyed while a frame is under way, or
 * after the other side ended, gives it one more: the assertion would end the process (seen on Node 22, 24 and 26). Here the
 * write waits for the one before it, and is dropped after the end, as Node itself drops one that comes after the close.
 * @returns the undo
 */
export function tameSessionWrites(session: Http2Session): () => void {
  const wrap = Object.getPrototypeOf(session.socket) as StreamWrap;
  const names = ['doWrite', 'finishWrite', 'doShutdown', 'finishShutdown'] as const;
  if (!names.every((name) => Object.hasOwn(wrap, name))) return () => {};
  const waiting = new WeakMap<StreamWrap, (() => void)[]>();
  const ending = new WeakSet<StreamWrap>();
  const undo = [
    patchMethod(wrap, 'doWrite', (doWrite) => {
      return function tamedDoWrite(this: StreamWrap, request, buffers) {
        const write = (): number => (ending.has(this) ? 0 : doWrite.call(this, request, buffers));
        const queue = waiting.get(this);
        if (queue !== undefined) {
          queue.push(write);
          return 0;
        }
        if (!ending.has(this)) waiting.set(this, []);
        return write();
      };
    }),
    patchMethod(wrap, 'finishWrite', (finishWrite) => {
      return function tamedFinishWrite(this: StreamWrap, handle, status) {
        const [next, ...rest] = waiting.get(this) ?? [];
        if (next === undefined) waiting.delete(this);
        else waiting.set(this, rest);
        finishWrite.call(this, handle, status);
        next?.();
      };
    }),
    patchMethod(wrap, 'doShutdown', (doShutdown) => {
      return function tamedDoShutdown(this: StreamWrap, request) {
        ending.add(this);
        return doShutdown.call(this, request);
      };
    }),
    patchMethod(wrap, 'finishShutdown', (finishShutdown) => {
      return function tamedFinishShutdown(this: StreamWrap, handle, status) {
        finishShutdown.call(this, handle, status);
        ending.delete(this);
      };
    }),
  ];
  return () => {
    for (const step of undo) step();
  };
}

/**
 * Whether a connect call comes from `http.Agent` or `https.Agent`: they hand the options of the request to the connection, with
 * a name of their own among them. The channel that announces requests publishes after the first connection is made, too late
 * to tell HTTP from a database by it.
 */
export function isForHttp(options: object): boolean {
  return '_agentKey' in options || ('method' in options && 'headers' in options);
}
