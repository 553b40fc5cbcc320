import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { fromRawHeaders, toRawHeaders, withoutHeaders, type HeaderList } from '../../model/headers.ts';
import type { SessionEnd } from '../../model/session.ts';
import type { SessionTap } from '../../model/session-player.ts';
import { leaveUntouched } from '../real-network.ts';
import type { Endpoint } from '../transport.ts';
import { handshakeHeaders } from './accept.ts';
import type { Upgrade } from './client-end.ts';
import { FrameParser } from './frame-parser.ts';

/** Where a session really goes. */
export interface SessionUpstream {
  readonly endpoint: Endpoint;
  /** Path and query. */
  readonly target: string;
  /** As the client sent them, the host that of the endpoint. */
  readonly headers: HeaderList;
  /** Opens a real connection to the endpoint. */
  connect(endpoint: Endpoint): Duplex;
}

/** What the client offers and Reel could not read: compressed frames, a compressed refusal. */
const unreadable = new Set(['accept-encoding', 'sec-websocket-extensions']);

/**
 * Lets a client talk to the real server while a tap listens. Bytes pass as they come; only the offer of extensions is taken out of
 * the handshake, so that what passes can be read. Resolves when the connection is over.
 */
export function recordSession(upgrade: Upgrade, to: SessionUpstream, tap: SessionTap): Promise<void> {
  const { endpoint, target, headers } = to;
  return new Promise((resolve) => {
    const over = (end?: SessionEnd): void => {
      if (end !== undefined) tap.ended(end);
      resolve();
    };
    const http = process.getBuiltinModule('node:http');
    // Untouched, so that our own request is not announced as one of the application's.
    const request = leaveUntouched(() =>
      http.request({
        method: 'GET',
        path: target,
        host: endpoint.host,
        port: endpoint.port,
        setHost: false,
        setDefaultHeaders: false,
        createConnection: () => to.connect(endpoint),
        headers: toRawHeaders(withoutHeaders(headers, unreadable)),
      }),
    );
    const onGoneEarly = (): void => {
      request.destroy();
      over({ kind: 'cut', by: 'client' });
    };
    request.on('upgrade', (response, real, head) => {
      upgrade.stream.off('close', onGoneEarly);
      passBoth(upgrade, { real, response, head }, tap, over);
    });
    request.on('response', (response) => {
      passRefusal(upgrade, response, tap, over);
    });
    request.on('error', (error: NodeJS.ErrnoException) => {
      upgrade.fail(error);
      over({ kind: 'cut', by: 'server', ...(error.code !== undefined && { code: error.code }) });
    });
    upgrade.stream.once('close', onGoneEarly);
    request.end();
  });
}

interface RealEnd {
  readonly real: Duplex;
  readonly response: IncomingMessage;
  readonly head: Buffer;
}

function passBoth(
  { stream, rest, fail }: Upgrade,
  { real, response, head }: RealEnd,
  tap: SessionTap,
  over: (end?: SessionEnd) => void,
): void {
  const accepted = fromRawHeaders(response.rawHeaders);
  tap.accepted(withoutHeaders(accepted, handshakeHeaders));
  stream.write(responseHead(response, accepted));
  let firstClose: SessionEnd | undefined;
  let closes = 0;
  const listen = (from: 'client' | 'server'): ((bytes: Uint8Array) => void) => {
    const parser = new FrameParser();
    let isDeaf = false;
    return (bytes) => {
      if (isDeaf) return;
      try {
        for (const event of parser.push(bytes)) {
          if (event.kind === 'message') tap.message(from, event.bytes, event.isBinary);
          if (event.kind === 'close') {
            closes++;
            firstClose ??= {
              kind: 'closed',
              by: from,
              ...(event.code !== undefined && { code: event.code }),
              ...(event.reason !== undefined && { reason: event.reason }),
            };
            // Both have said that they are done: how soon the connection goes is nobody's business.
            if (closes === 2) over(firstClose);
          }
        }
      } catch (error) {
        // Not for Reel to judge: both ends get every byte, and what cannot be read is not on tape.
        isDeaf = true;
        tap.unreadable(from, error as Error);
      }
    };
  };
  const heardClient = listen('client');
  const heardServer = listen('server');
  const pass = (from: Duplex, to: Duplex, hear: (bytes: Uint8Array) => void): void => {
    from.on('data', (bytes: Buffer) => {
      hear(bytes);
      if (to.writable && !to.write(bytes)) {
        from.pause();
        to.once('drain', () => from.resume());
      }
    });
    from.once('end', () => {
      leaver ??= from === real ? 'server' : 'client';
      to.end();
    });
  };
  // Who goes first takes the other one along: which connection is closed first tells nothing.
  let leaver: 'client' | 'server' | undefined;
  let failure: NodeJS.ErrnoException | undefined;
  real.on('error', (error: NodeJS.ErrnoException) => {
    failure = error;
    leaver ??= 'server';
  });
  real.once('close', () => {
    const code = failure?.code;
    over(firstClose ?? { kind: 'cut', by: leaver ?? 'server', ...(code !== undefined && { code }) });
    if (failure === undefined) destroySoon(stream);
    else fail(failure);
  });
  stream.on('error', () => {});
  stream.once('close', () => {
    over(firstClose ?? { kind: 'cut', by: leaver ?? 'client' });
    destroySoon(real);
  });
  if (head.byteLength > 0) {
    heardServer(head);
    stream.write(head);
  }
  if (rest.byteLength > 0) {
    heardClient(rest);
    real.write(rest);
  }
  pass(stream, real, heardClient);
  pass(real, stream, heardServer);
}

/** Ends a connection after what was written to it has gone out: the last words matter most. */
function destroySoon(stream: Duplex): void {
  if (stream.writableFinished || stream.destroyed) stream.destroy();
  else stream.end(() => stream.destroy());
}

function passRefusal(
  { stream }: Upgrade,
  response: IncomingMessage,
  tap: SessionTap,
  over: () => void,
): void {
  const pieces: Buffer[] = [];
  response.on('data', (piece: Buffer) => pieces.push(piece));
  response.on('error', () => {});
  // Also where the body broke off: what the server wanted to say is in its beginning.
  response.once('close', () => {
    const body = Buffer.concat(pieces);
    const headers = fromRawHeaders(response.rawHeaders);
    tap.refused(response.statusCode!, response.statusMessage ?? '', headers, body);
    stream.end(Buffer.concat([Buffer.from(refusalHead(response, headers, body), 'latin1'), body]));
    over();
  });
}

function refusalHead(response: IncomingMessage, headers: HeaderList, body: Buffer): string {
  const framed = withoutHeaders(headers, new Set(['transfer-encoding', 'content-length', 'connection']));
  const length: readonly [string, string] = ['content-length', String(body.byteLength)];
  return responseHead(response, [...framed, length, ['connection', 'close']]);
}

function responseHead({ statusCode, statusMessage }: IncomingMessage, headers: HeaderList): string {
  const lines = headers.map(([name, value]) => `${name}: ${value}\r\n`);
  return `HTTP/1.1 ${statusCode} ${statusMessage ?? ''}\r\n${lines.join('')}\r\n`;
}
