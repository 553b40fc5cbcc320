import net from 'node:net';
import type { UpstreamConnections } from './interception/forward.ts';
import { requestHttp1 } from './interception/upstream-http1.ts';
import { endpointOf } from './model/endpoint.ts';
import { withoutHeaders, type HeaderList } from './model/headers.ts';
import type { Tap } from './model/tap.ts';

export interface OwnRequest {
  readonly method: string;
  readonly url: string;
  /** As the client sent them; what belongs to its connection is left out. */
  readonly headers: HeaderList;
  readonly body: Uint8Array;
}

/** Headers of a connection (RFC 9110, section 7.6.1), and those that are made anew. */
const ofConnection = new Set([
  'connection',
  'content-length',
  'expect',
  'host',
  'keep-alive',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

let pool: UpstreamConnections | undefined;

/**
 * Sends a request of Reel's own to a provider, past every transport, over HTTP/1.1. The tap hears the answer, and its `ended` is called in
 * the end, whatever happens.
 * @returns the function that gives it up.
 */
export function sendUpstream({ method, url, headers, body }: OwnRequest, tap: Tap): () => void {
  pool ??= {
    agents: new Map(),
    isMultiplexed: true,
    options: {},
    originals: {
      connect: net.Socket.prototype.connect,
      tlsConnect: process.getBuiltinModule('node:tls').connect,
    },
    session: undefined,
    // Earlier than servers close what nobody uses (five seconds and more).
    idleTimeout: 4000,
  };
  const target = new URL(url);
  const hasBody = body.byteLength > 0 || !/^(?:GET|HEAD)$/i.test(method);
  const upstream = requestHttp1(
    pool,
    method,
    {
      endpoint: endpointOf(target),
      target: target.pathname + target.search,
      isRedirected: false,
      headers: [
        ['host', target.host],
        ...withoutHeaders(headers, ofConnection).filter(([name]) => !name.startsWith(':')),
        ...(hasBody ? ([['content-length', String(body.byteLength)]] as const) : []),
      ],
    },
    {
      proceed() {},
      inform() {},
      response(status, statusText, answered, stream) {
        tap.response(status, statusText, answered);
        stream.on('data', (bytes: Uint8Array) => tap.received(bytes));
      },
      ended: () => tap.ended({ kind: 'end' }),
      failed: ({ code, message }) =>
        tap.ended({ kind: 'aborted', by: 'upstream', ...(code !== undefined && { code }), message }),
      hungUp: () => tap.ended({ kind: 'aborted', by: 'upstream', code: 'UND_ERR_SOCKET' }),
    },
  );
  if (body.byteLength > 0) upstream.write(body);
  upstream.end([]);
  return () => upstream.destroy();
}
