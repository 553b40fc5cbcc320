import net from 'node:net';
import type * as tls from 'node:tls';
import type { Endpoint } from '../model/endpoint.ts';
import type { ConnectOptions } from './connect-arguments.ts';

/** The connect functions as they were before Reel patched them. */
export interface OriginalConnects {
  readonly connect: typeof net.Socket.prototype.connect;
  readonly tlsConnect: typeof tls.connect;
}

let untouched = 0;

/**
 * Runs `open` so that the connections it opens at once are real ones. Not an async context: what the callbacks of such a
 * connection open later is looked at again.
 */
export function leaveUntouched<T>(open: () => T): T {
  untouched++;
  try {
    return open();
  } finally {
    untouched--;
  }
}

export function isUntouched(): boolean {
  return untouched > 0;
}

/** Options that belong to the client's socket object or to its HTTP request, not to the connection. */
const ownOptions = new Set([
  'path',
  'socket',
  'signal',
  'onread',
  'timeout',
  'fd',
  'handle',
  'session',
  'ALPNProtocols',
  'secureConnectListener',
  'allowHalfOpen',
  'headers',
  'agent',
  'createConnection',
  'method',
]);

/**
 * Opens a real connection.
 * @param given what the client's own connect call said (certificates, `lookup`, `localAddress`...); left out for a connection
 * to somewhere else than the client asked for.
 * @param alpn application protocols to offer; none are offered when left out.
 */
export function connectReal(
  originals: OriginalConnects,
  { host, port, tls: isTls }: Endpoint,
  given: ConnectOptions = {},
  alpn?: readonly string[],
): net.Socket {
  const kept = Object.fromEntries(Object.entries(given).filter(([name]) => !ownOptions.has(name)));
  const options = { ...kept, host, port };
  return leaveUntouched(() => {
    if (!isTls) {
      const socket = new net.Socket(options as net.SocketConstructorOpts);
      return Reflect.apply(originals.connect, socket, [options]) as net.Socket;
    }
    const servername =
      typeof given['servername'] === 'string' ? given['servername'] : net.isIP(host) === 0 ? host : '';
    // A proxy's tunnel that the client opened itself is the way to the endpoint, once.
    const tunnel = given['socket'];
    return originals.tlsConnect({
      ...options,
      servername,
      ...(tunnel !== undefined && tunnel !== null && { socket: tunnel as net.Socket }),
      ...(alpn && { ALPNProtocols: [...alpn] }),
    });
  });
}
