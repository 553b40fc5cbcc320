import type { Agent, ClientRequest, IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { fromRawHeaders, toRawHeaders } from '../model/headers.ts';
import type { Destination, UpstreamConnections, UpstreamEvents, UpstreamRequest } from './forward.ts';
import { connectReal, leaveUntouched } from './real-network.ts';

/** Sends a request over a real HTTP/1.1 connection that belongs to the client's connection alone. */
export function requestHttp1(
  connection: UpstreamConnections,
  method: string,
  to: Destination,
  events: UpstreamEvents,
): UpstreamRequest {
  const { request } = process.getBuiltinModule('node:http');
  // Untouched, so that our own request is not announced as one of the application's.
  const outgoing = leaveUntouched(() =>
    request({
      agent: agentFor(connection, to),
      host: to.endpoint.host,
      port: to.endpoint.port,
      method,
      path: to.target,
      // Flat, they keep order, spelling and repeats.
      headers: toRawHeaders(to.headers),
      // The client's headers are all there is: Node must not add its own, nor framing to a request that had none.
      setHost: false,
      setDefaultHeaders: false,
    }),
  );
  listen(outgoing, events);
  return {
    flush: () => outgoing.flushHeaders(),
    write: (bytes) => outgoing.write(bytes),
    onDrain: (callback) => outgoing.once('drain', callback),
    end(trailers) {
      if (trailers.length > 0)
        outgoing.addTrailers(trailers.map(([name, value]): [string, string] => [name, value]));
      outgoing.end();
    },
    destroy: () => outgoing.destroy(),
  };
}

function agentFor(connection: UpstreamConnections, { endpoint, isRedirected }: Destination): Agent {
  const key = `${endpoint.tls} ${endpoint.host} ${endpoint.port}`;
  let agent = connection.agents.get(key);
  if (agent !== undefined) return agent;
  const http = process.getBuiltinModule('node:http');
  const { originals, options, idleTimeout } = connection;
  agent = new http.Agent({
    keepAlive: true,
    maxSockets: connection.isMultiplexed ? Infinity : 1,
    ...(idleTimeout !== undefined && { timeout: idleTimeout }),
  });
  const alpn = options['ALPNProtocols'] === undefined ? undefined : ['http/1.1'];
  agent.createConnection = (): Duplex =>
    connectReal(originals, endpoint, isRedirected ? trustOf(options) : options, alpn).setNoDelay(true);
  connection.agents.set(key, agent);
  return agent;
}

/** Of what the client said about its own endpoint, what also holds for the one that stands in for it. */
function trustOf({ ca, rejectUnauthorized }: UpstreamConnections['options']): UpstreamConnections['options'] {
  return { ...(ca !== undefined && { ca }), ...(rejectUnauthorized !== undefined && { rejectUnauthorized }) };
}

function listen(outgoing: ClientRequest, events: UpstreamEvents): void {
  let isSettled = false;
  const settle = (report: () => void): void => {
    if (isSettled) return;
    isSettled = true;
    report();
  };
  outgoing.on('continue', () => events.proceed());
  outgoing.on('information', ({ statusCode, rawHeaders }) => {
    if (statusCode !== 100) events.inform(statusCode, fromRawHeaders(rawHeaders as unknown as string[]));
  });
  outgoing.on('error', (error: NodeJS.ErrnoException) => {
    settle(() => (isHangUp(error) ? events.hungUp() : events.failed(error)));
  });
  outgoing.on('response', (incoming: IncomingMessage) => {
    incoming.on('error', () => {});
    incoming.once('end', () => settle(() => events.ended(fromRawHeaders(incoming.rawTrailers))));
    // The error of a broken connection comes on the request, and before this.
    incoming.once('close', () => settle(() => events.hungUp()));
    events.response(
      incoming.statusCode!,
      incoming.statusMessage ?? '',
      fromRawHeaders(incoming.rawHeaders),
      incoming,
    );
  });
}

/** Node reports an end of the connection before the head as an error it makes itself, without a system call. */
function isHangUp(error: NodeJS.ErrnoException): boolean {
  return error.code === 'ECONNRESET' && error.syscall === undefined;
}
