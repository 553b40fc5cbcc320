import { AsyncLocalStorage } from 'node:async_hooks';
import type { Socket } from 'node:net';
import { Duplex } from 'node:stream';
import type { Endpoint } from '../model/endpoint.ts';
import { later } from './next-turn.ts';
import { refreshIdleTimer } from './node-internals.ts';

type Done = (error?: Error | null) => void;

/**
 * The server's end of a connection in memory; the client's end is a possessed socket, which calls the methods named
 * `client...`. Bytes are copied on their way, as a kernel would: neither side sees the other write into its memory.
 *
 * What the client writes arrives in a turn of its own, because clients are not written for an answer that comes back
 * inside `write()`. What the server writes arrives at once, in the async context the connection was opened in.
 */
export class Peer extends Duplex {
  readonly endpoint: Endpoint;
  /** Called in the async context of each write of the client's, before anything becomes of it. */
  onClientWrite: (() => void) | undefined;
  /** Bytes the client received and sent, for the counters of its socket. */
  received = 0;
  sent = 0;
  readonly #client: Socket;
  readonly #inClientContext = AsyncLocalStorage.snapshot();
  /** Looks at the first bytes; `false` asks for more of them. It hands the connection to a server before it says `true`. */
  readonly #greet: (first: Buffer) => boolean;
  #greeting: Buffer | undefined = Buffer.alloc(0);
  /** A write of the client that is not taken yet: waiting for its turn, for the connection or for the server to read. */
  #pending: { bytes: Buffer; done: Done } | undefined;
  #taken: Done | undefined;
  /** A write of the server's that waits for the client to read. */
  #unread: Done | undefined;
  #isOpen = false;
  #hasEnded = false;

  constructor(client: Socket, endpoint: Endpoint, greet: (peer: Peer, first: Buffer) => boolean) {
    super({ autoDestroy: true });
    this.#client = client;
    this.endpoint = endpoint;
    this.#greet = (first) => greet(this, first);
    // A connection nobody serves yet has nobody to listen; the client's end tells what went wrong.
    this.on('error', () => {});
  }

  /** The connection stands: what was written meanwhile goes out. */
  open(): void {
    this.#isOpen = true;
    if (this.#pending !== undefined) later(this.#deliver);
  }

  clientWrites(bytes: Buffer, done: Done): void {
    if (this.destroyed) {
      done(Object.assign(new Error('write EPIPE'), { code: 'EPIPE', errno: -32, syscall: 'write' }));
      return;
    }
    this.sent += bytes.byteLength;
    this.onClientWrite?.();
    this.#pending = { bytes, done };
    if (this.#isOpen) later(this.#deliver);
  }

  clientReads(): void {
    const unread = this.#unread;
    this.#unread = undefined;
    unread?.();
  }

  clientEnds(done: Done): void {
    later(() => {
      if (!this.destroyed) this.push(null);
      done();
    });
  }

  /** The client destroyed its socket. */
  clientLeaves(): void {
    const waiting = this.#pending?.done ?? this.#taken;
    this.#pending = undefined;
    this.#taken = undefined;
    waiting?.(
      Object.assign(new Error('Cannot call write after a stream was destroyed'), { code: 'ERR_STREAM_DESTROYED' }),
    );
    this.#hasEnded = true;
    this.destroy();
  }

  /** Ends the connection with an error on the client's socket, as a reset does. */
  fail(error: Error): void {
    this.#hasEnded = true;
    this.destroy();
    this.#inClientContext(() => this.#client.destroy(error));
  }

  /** Takes an idle connection away at once: a pool that looks at it in this very turn sees it gone. */
  vanish(): void {
    this.#inClientContext(() => this.#client.destroy());
  }

  /** Ends the connection as a server that goes away does: the client reads an end and no error. */
  hangUp(): void {
    this.destroy();
  }

  readonly #deliver = (): void => {
    const pending = this.#pending;
    if (pending === undefined || this.destroyed) return;
    this.#pending = undefined;
    let { bytes } = pending;
    if (this.#greeting !== undefined) {
      bytes = this.#greeting.byteLength === 0 ? bytes : Buffer.concat([this.#greeting, bytes]);
      this.#greeting = bytes;
      if (!this.#greet(bytes)) {
        pending.done();
        return;
      }
      this.#greeting = undefined;
      if (this.destroyed) return;
    }
    if (this.push(bytes)) pending.done();
    else this.#taken = pending.done;
  };

  override _read(): void {
    const taken = this.#taken;
    this.#taken = undefined;
    taken?.();
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: Done): void {
    this.#toClient(Buffer.from(chunk), done);
  }

  override _writev(chunks: { chunk: Buffer }[], done: Done): void {
    this.#toClient(Buffer.concat(chunks.map(({ chunk }) => chunk)), done);
  }

  override _final(done: Done): void {
    this.#end();
    done();
  }

  override _destroy(error: Error | null, done: Done): void {
    this.#end();
    const waiting = this.#pending?.done ?? this.#taken;
    this.#pending = undefined;
    this.#taken = undefined;
    waiting?.();
    this.#unread = undefined;
    done(error);
  }

  #toClient(bytes: Buffer, done: Done): void {
    const client = this.#client;
    if (client.destroyed || this.#hasEnded) {
      done();
      return;
    }
    this.received += bytes.byteLength;
    refreshIdleTimer(client);
    if (this.#inClientContext(() => client.push(bytes))) done();
    else this.#unread = done;
  }

  #end(): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    const client = this.#client;
    if (client.destroyed) return;
    this.#inClientContext(() => {
      client.push(null);
      // As for a socket of the operating system: without a read an idle one would never notice.
      client.read(0);
    });
  }
}
