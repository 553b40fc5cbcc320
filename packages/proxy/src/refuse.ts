import type { ServerResponse } from 'node:http';
import type { Duplex, Readable } from 'node:stream';
import type { ReelError } from '@reel/core';
import type { Provider } from '@reel/core/engine';

/** A request that the proxy answers itself, because it cannot or must not go on. */
export interface Refusal {
  readonly status: number;
  /** Redacted. */
  readonly error: ReelError;
  /** Whose SDK is likely to read it. */
  readonly provider?: Provider | undefined;
  /** A request body that nobody is going to read: the connection is closed, after the client had time to see the answer. */
  readonly unread?: Readable;
}

/** Answers in a shape that SDKs take at once and show, without trying again. */
export function refuse(response: ServerResponse, refusal: Refusal): void {
  if (response.headersSent || response.destroyed) {
    response.destroy();
    return;
  }
  const body = bodyOf(refusal);
  response.writeHead(refusal.status, {
    ...headersOf(refusal),
    'content-length': body.byteLength,
    ...(refusal.unread !== undefined && { connection: 'close' }),
  });
  if (refusal.unread === undefined) response.end(body);
  else endLate(response, body, refusal.unread);
}

/** A client that is still sending sees a reset, and no answer, when the connection closes under it. */
function endLate(response: ServerResponse, body: Buffer, unread: Readable): void {
  response.write(body);
  const end = (): void => {
    clearTimeout(timer);
    response.end();
  };
  const timer = setTimeout(end, patience).unref();
  unread.once('close', end);
  unread.resume();
}

/** Milliseconds a client may take to notice that its body is not wanted. */
const patience = 2000;

/** As {@link refuse}, on a connection that is no longer the HTTP server's, and ends it. */
export function refuseOnSocket(socket: Duplex, refusal: Refusal): void {
  socket.on('error', () => {});
  if (!socket.writable) {
    socket.destroy();
    return;
  }
  const body = bodyOf(refusal);
  const headers = { ...headersOf(refusal), 'content-length': String(body.byteLength), connection: 'close' };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.end(
    Buffer.concat([
      Buffer.from(`HTTP/1.1 ${refusal.status} ${refusal.error.code}\r\n${lines.join('')}\r\n`),
      body,
    ]),
  );
}

function headersOf({ error }: Refusal): Record<string, string> {
  return {
    'content-type': 'application/json',
    'x-should-retry': 'false',
    'x-reel-error': error.code,
  };
}

function bodyOf({ error, provider }: Refusal): Buffer {
  const shape = provider?.errorBody(error.message, error.code) ?? {
    error: { message: error.message, type: 'reel', code: error.code },
  };
  return Buffer.from(JSON.stringify(shape));
}
