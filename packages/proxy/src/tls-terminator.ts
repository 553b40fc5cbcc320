import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import type { CertificateAuthority } from './certificate-authority.ts';

/** What came out of a tunnel. */
export type Opened =
  | { readonly connection: Socket; readonly isTls: boolean }
  /** The client broke the handshake off, and why. */
  | { readonly distrust: string };

/** Milliseconds for the first byte and for the handshake. */
const patience = 15_000;

/** Speaks TLS in the place of hosts. */
export class TlsTerminator {
  readonly #authority: CertificateAuthority;

  constructor(authority: CertificateAuthority) {
    this.#authority = authority;
  }

  /**
   * Waits for the client's first byte, and reads TLS where it begins with a handshake: some clients tunnel plain HTTP, too.
   * @returns `undefined` when the client left before anything.
   */
  async open(socket: Socket, host: string): Promise<Opened | undefined> {
    const first = await firstByte(socket);
    if (first === undefined) {
      socket.destroy();
      return undefined;
    }
    if (first !== 0x16) return { connection: socket, isTls: false };
    const secureContext = await this.#authority.contextFor(host);
    const connection = new TLSSocket(socket, {
      isServer: true,
      secureContext,
      ALPNProtocols: ['http/1.1'],
    });
    return handshake(connection);
  }
}

function handshake(connection: TLSSocket): Promise<Opened | undefined> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => connection.destroy(), patience).unref();
    connection.once('secure', () => {
      clearTimeout(timer);
      resolve({ connection, isTls: true });
    });
    connection.on('error', (error: NodeJS.ErrnoException) => {
      clearTimeout(timer);
      resolve(/ALERT|ALPN|VERSION|CIPHER/i.test(error.code ?? '') ? { distrust: error.code! } : undefined);
      connection.destroy();
    });
    connection.once('close', () => {
      clearTimeout(timer);
      resolve(undefined);
    });
  });
}

/** Looks at the first byte and leaves it where it is. */
function firstByte(socket: Socket): Promise<number | undefined> {
  return new Promise((resolve) => {
    const done = (byte: number | undefined): void => {
      clearTimeout(timer);
      socket.off('readable', look);
      socket.off('close', left);
      socket.off('end', left);
      // Taking the listener off lets the stream flow again one turn later; whoever reads next must come after that.
      setImmediate(() => resolve(byte));
    };
    const left = (): void => done(undefined);
    const look = (): void => {
      const bytes = socket.read() as Buffer | null;
      if (bytes === null) return;
      socket.unshift(bytes);
      done(bytes[0]);
    };
    const timer = setTimeout(left, patience).unref();
    socket.on('readable', look);
    socket.once('close', left);
    socket.once('end', left);
  });
}
