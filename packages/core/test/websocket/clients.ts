import { once } from 'node:events';
import { WebSocket as UndiciWebSocket } from 'undici';
import { WebSocket as Undici7WebSocket } from 'undici7';
import WsWebSocket from 'ws';

export interface Client {
  send(data: string | Uint8Array): void;
  /** The next message, as text or as bytes. Rejects when the session closes instead. */
  next(): Promise<string | Uint8Array>;
  close(code?: number, reason?: string): void;
  closed(): Promise<{ code: number; reason: string }>;
}

/** The WebSockets of Node behind one face. */
export const clients: readonly [name: string, connect: (url: string) => Promise<Client>][] = [
  ['the ws package', connectWs],
  ['the global WebSocket', (url) => connectStandard(globalThis.WebSocket as never, url)],
  ["undici 8's WebSocket", (url) => connectStandard(UndiciWebSocket as never, url)],
  ["undici 7's WebSocket", (url) => connectStandard(Undici7WebSocket as never, url)],
];

export async function connectWs(url: string): Promise<Client> {
  const socket = new WsWebSocket(url, { headers: { authorization: 'Bearer sk-live' } });
  const inbox = new Inbox();
  socket.on('message', (data: Buffer, isBinary) => {
    inbox.put(isBinary ? new Uint8Array(data) : data.toString('utf8'));
  });
  socket.on('close', () => inbox.close());
  const closed = once(socket, 'close').then(([code, reason]) => ({
    code: code as number,
    reason: String(reason),
  }));
  await once(socket, 'open');
  return {
    send: (data) => socket.send(data),
    next: () => inbox.take(),
    close: (code, reason) => socket.close(code, reason),
    closed: () => closed,
  };
}

export async function connectStandard(
  Socket: new (url: string, protocols: string[]) => WebSocket,
  url: string,
): Promise<Client> {
  const socket = new Socket(url, ['realtime', 'openai-insecure-api-key.sk-live']);
  socket.binaryType = 'arraybuffer';
  const inbox = new Inbox();
  socket.addEventListener('message', ({ data }: { data: string | ArrayBuffer }) => {
    inbox.put(typeof data === 'string' ? data : new Uint8Array(data));
  });
  socket.addEventListener('close', () => inbox.close());
  const closed = new Promise<{ code: number; reason: string }>((resolve) => {
    socket.addEventListener('close', ({ code, reason }: { code: number; reason: string }) =>
      resolve({ code, reason }),
    );
  });
  await new Promise<void>((resolve, reject) => {
    socket.addEventListener('open', () => resolve());
    socket.addEventListener('error', () => reject(new Error('the handshake failed')));
  });
  return {
    send: (data) => socket.send(data as never),
    next: () => inbox.take(),
    close: (code, reason) => socket.close(code, reason),
    closed: () => closed,
  };
}

/** Messages in the order they came; asking for one that cannot come any more fails instead of waiting for ever. */
class Inbox {
  #isClosed = false;

  close(): void {
    this.#isClosed = true;
    for (const { reject } of this.#waiting.splice(0)) reject(new Error('the session is closed'));
  }

  readonly #messages: (string | Uint8Array)[] = [];
  readonly #waiting: PromiseWithResolvers<string | Uint8Array>[] = [];

  put(message: string | Uint8Array): void {
    const first = this.#waiting.shift();
    if (first === undefined) this.#messages.push(message);
    else first.resolve(message);
  }

  take(): Promise<string | Uint8Array> {
    const first = this.#messages.shift();
    if (first !== undefined) return Promise.resolve(first);
    if (this.#isClosed) return Promise.reject(new Error('the session is closed'));
    const waiting = Promise.withResolvers<string | Uint8Array>();
    this.#waiting.push(waiting);
    return waiting.promise;
  }
}
