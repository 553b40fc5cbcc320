import { ReelError } from '../errors.ts';
import type { Ending } from '../model/interaction.ts';

/**
 * What Node and undici say for the codes that recordings meet. A code without an entry is its own message. The texts are
 * those of libuv's `uv_strerror` call sites in Node and of undici's `lib/core/errors.js` classes.
 */
const known: Readonly<Record<string, { name?: string; message: string; syscall?: string }>> = {
  ECONNRESET: { message: 'read ECONNRESET', syscall: 'read' },
  ECONNREFUSED: { message: 'connect ECONNREFUSED', syscall: 'connect' },
  ETIMEDOUT: { message: 'connect ETIMEDOUT', syscall: 'connect' },
  ENOTFOUND: { message: 'getaddrinfo ENOTFOUND', syscall: 'getaddrinfo' },
  EAI_AGAIN: { message: 'getaddrinfo EAI_AGAIN', syscall: 'getaddrinfo' },
  EPIPE: { message: 'write EPIPE', syscall: 'write' },
  UND_ERR_SOCKET: { name: 'SocketError', message: 'other side closed' },
  UND_ERR_CONNECT_TIMEOUT: { name: 'ConnectTimeoutError', message: 'Connect Timeout Error' },
  UND_ERR_HEADERS_TIMEOUT: { name: 'HeadersTimeoutError', message: 'Headers Timeout Error' },
  UND_ERR_BODY_TIMEOUT: { name: 'BodyTimeoutError', message: 'Body Timeout Error' },
};

/** The error a recorded failure comes back as: same code, and the message and name the client saw. */
export function networkError(ending: Ending): NodeJS.ErrnoException {
  if (ending.kind === 'aborted' && ending.by === 'client') {
    return new ReelError('REEL_RECORDING_CUT', {
      what: 'the recording ends here: the application left in the middle of this answer when it was recorded, and now it reads on',
      fix: 're-record this test, or let the application leave at the same place as before',
    });
  }
  const code = (ending.kind === 'aborted' ? ending.code : undefined) ?? 'ECONNRESET';
  const entry = Object.hasOwn(known, code) ? known[code] : undefined;
  const message = (ending.kind === 'aborted' ? ending.message : undefined) ?? entry?.message ?? code;
  const error: NodeJS.ErrnoException = new Error(message, causeIn(code, message));
  error.code = code;
  if (entry?.name !== undefined) error.name = entry.name;
  if (entry?.syscall !== undefined) error.syscall = entry.syscall;
  return error;
}

/**
 * Node wraps the error of a connection that failed before an HTTP/2 stream began, and quotes it: `The pending stream has been
 * canceled (caused by: connect ECONNREFUSED 127.0.0.1:443)` (Node's errors, `ERR_HTTP2_STREAM_CANCEL`). Clients look at
 * the cause.
 */
function causeIn(code: string, message: string): ErrorOptions | undefined {
  if (code !== 'ERR_HTTP2_STREAM_CANCEL') return undefined;
  const quoted = /\(caused by: (.*)\)$/.exec(message)?.[1];
  const cause = quoted === undefined ? undefined : /\bE[A-Z_]+\b/.exec(quoted)?.[0];
  return cause === undefined ? undefined : { cause: Object.assign(new Error(quoted), { code: cause }) };
}
