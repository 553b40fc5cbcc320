import type { ClientHttp2Session, ClientHttp2Stream } from 'node:http2';
import { fromRawHeaders, type HeaderList } from '../model/headers.ts';
import type { Destination, UpstreamConnections, UpstreamEvents, UpstreamRequest } from './forward.ts';
import { toHttp2Headers } from './http2-headers.ts';
import { connectReal, leaveUntouched } from './real-network.ts';

/** Sends a request over the one real HTTP/2 session that stands behind the client's own. */
export function requestHttp2(
  connection: UpstreamConnections,
  method: string,
  to: Destination,
  events: UpstreamEvents,
): UpstreamRequest {
  const session = sessionFor(connection, to);
  const authority = hostOf(to);
  const stream = leaveUntouched(() =>
    session.request(
      {
        ':method': method,
        ':path': to.target,
        ':scheme': to.endpoint.tls ? 'https' : 'http',
        ':authority': authority,
        ...toHttp2Headers(to.headers),
      },
      { endStream: false, waitForTrailers: true },
    ),
  );
  let trailers: HeaderList = [];
  // None become an empty frame that ends the stream, and nothing else does.
  stream.on('wantTrailers', () => stream.sendTrailers(toHttp2Headers(trailers)));
  listen(stream, events);
  return {
    flush: () => {},
    write: (bytes) => stream.write(bytes),
    onDrain: (callback) => stream.once('drain', callback),
    end(given) {
      trailers = given;
      stream.end();
    },
    destroy: () => stream.close(process.getBuiltinModule('node:http2').constants.NGHTTP2_CANCEL),
  };
}

function sessionFor(connection: UpstreamConnections, { endpoint }: Destination): ClientHttp2Session {
  const open = connection.session;
  if (open !== undefined && !open.closed && !open.destroyed) return open;
  const { originals, options } = connection;
  const scheme = endpoint.tls ? 'https' : 'http';
  const host = endpoint.host.includes(':') ? `[${endpoint.host}]` : endpoint.host;
  const session = leaveUntouched(() =>
    process.getBuiltinModule('node:http2').connect(`${scheme}://${host}:${endpoint.port}`, {
      createConnection: () => connectReal(originals, endpoint, options, ['h2']),
    }),
  );
  // Every stream reports the failure for itself.
  session.on('error', () => {});
  connection.session = session;
  return session;
}

function hostOf({ endpoint, headers }: Destination): string {
  const named = headers.find(([name]) => name.toLowerCase() === 'host')?.[1];
  if (named !== undefined) return named;
  const host = endpoint.host.includes(':') ? `[${endpoint.host}]` : endpoint.host;
  return endpoint.port === (endpoint.tls ? 443 : 80) ? host : `${host}:${endpoint.port}`;
}

function listen(stream: ClientHttp2Stream, events: UpstreamEvents): void {
  let failure: NodeJS.ErrnoException | undefined;
  let trailers: HeaderList = [];
  let isComplete = false;
  stream.on('continue', () => events.proceed());
  stream.on('headers', (headers) => events.inform(Number(headers[':status']), []));
  stream.on('response', (headers, _flags, ...rest) => {
    const raw = (rest as unknown as [string[]?])[0] ?? [];
    const pairs = fromRawHeaders(raw).filter(([name]) => !name.startsWith(':'));
    events.response(Number(headers[':status']), '', pairs, stream);
  });
  stream.on('trailers', (_headers, _flags, ...rest) => {
    trailers = fromRawHeaders((rest as unknown as [string[]?])[0] ?? []);
  });
  stream.once('end', () => {
    isComplete = true;
  });
  stream.on('error', (error: NodeJS.ErrnoException) => {
    failure ??= error;
  });
  stream.once('close', () => {
    if (failure !== undefined) events.failed(failure);
    else if (isComplete && stream.rstCode === 0) events.ended(trailers);
    else events.hungUp();
  });
}
