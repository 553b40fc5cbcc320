import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WebSocketServer, type WebSocket } from 'ws';

/** A real WebSocket server on loopback whose behaviour a test says, and the number of handshakes it saw. */
export interface RealtimeServer {
  readonly origin: string;
  readonly handshakes: number;
  close(): Promise<void>;
}

export async function startRealtimeServer(
  onConnection: (socket: WebSocket) => void,
  options: { readonly refuseWith?: number } = {},
): Promise<RealtimeServer> {
  const http: Server = createServer((_, response) => response.end('no socket'));
  const sockets = new WebSocketServer({ noServer: true, handleProtocols: ([first]) => first! });
  let handshakes = 0;
  http.on('upgrade', (request, socket, head) => {
    handshakes++;
    if (options.refuseWith !== undefined) {
      socket.end(
        `HTTP/1.1 ${options.refuseWith} No\r\ncontent-type: application/json\r\ncontent-length: 17\r\n\r\n{"error":"quota"}`,
      );
      return;
    }
    sockets.handleUpgrade(request, socket, head, onConnection);
  });
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  return {
    origin: `http://127.0.0.1:${(http.address() as AddressInfo).port}`,
    get handshakes() {
      return handshakes;
    },
    async close() {
      for (const client of sockets.clients) client.terminate();
      http.closeAllConnections();
      await new Promise((resolve) => http.close(resolve));
    },
  };
}
