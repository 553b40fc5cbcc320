import type { Server } from 'node:http';
import { WebSocketServer, type WebSocket } from 'ws';
import { geminiSession } from './gemini-session.ts';
import { openAiSession } from './openai-session.ts';
import type { RealtimeSession, RealtimeSocket } from './session.ts';

const live =
  /^\/google\/\/?ws\/google\.ai\.generativelanguage\.\w+\.GenerativeService\.BidiGenerateContent(?:Constrained)?$/;

/** The sessions of a simulator: how many handshakes came, and how to end those that are open. */
export interface Sessions {
  readonly handshakes: number;
  close(): void;
}

/**
 * Serves WebSocket sessions beside the HTTP endpoints: `/openai/v1/realtime?model=...` and Gemini's `BidiGenerateContent`. A handshake
 * without a key is refused with 401, one to anywhere else with 404.
 */
export function serveSessions(server: Server): Sessions {
  const sockets = new WebSocketServer({
    noServer: true,
    handleProtocols: (offered) => (offered.has('realtime') ? 'realtime' : false),
  });
  let handshakes = 0;
  server.on('upgrade', (request, socket, head) => {
    handshakes++;
    socket.on('error', () => {});
    const url = new URL(request.url!, 'http://simulator');
    const create = sessionAt(url);
    const refuse = (status: number, message: string): void => {
      const body = JSON.stringify({ error: { message, type: 'invalid_request_error', code: null } });
      socket.end(
        `HTTP/1.1 ${status} Refused\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`,
      );
    };
    if (create === undefined) refuse(404, `No session is served at ${url.pathname}.`);
    else if (!hasKey(url, request.headers)) refuse(401, 'No API key was sent.');
    else sockets.handleUpgrade(request, socket, head, (client) => run(client, create));
  });
  return {
    get handshakes() {
      return handshakes;
    },
    close() {
      for (const client of sockets.clients) client.terminate();
    },
  };
}

function sessionAt(url: URL): ((socket: RealtimeSocket) => RealtimeSession) | undefined {
  if (url.pathname === '/openai/v1/realtime') {
    const model = url.searchParams.get('model') ?? 'gpt-realtime';
    return (socket) => openAiSession(socket, model);
  }
  return live.test(url.pathname) ? geminiSession : undefined;
}

/** A key in any place the two APIs take one: a header, the query, or a subprotocol. */
function hasKey(url: URL, headers: Readonly<Record<string, string | string[] | undefined>>): boolean {
  const protocols = String(headers['sec-websocket-protocol'] ?? '');
  return (
    /^Bearer \S/.test(headers.authorization as string) ||
    headers['x-goog-api-key'] !== undefined ||
    (url.searchParams.get('key') ?? url.searchParams.get('access_token') ?? '') !== '' ||
    /openai-insecure-api-key\.\S/.test(protocols)
  );
}

function run(client: WebSocket, create: (socket: RealtimeSocket) => RealtimeSession): void {
  const session = create({
    send: (text, isBinary) => client.send(isBinary ? Buffer.from(text) : text, { binary: isBinary }),
    close: (code, reason) => client.close(code, reason),
  });
  client.on('error', () => {});
  client.on('message', (data: Buffer) => session.message(data));
  session.start();
}
