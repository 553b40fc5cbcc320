import { AsyncLocalStorage } from 'node:async_hooks';
import type { Socket } from 'node:net';
import { Duplex } from 'node:stream';
import type { Endpoint } from '../model/endpoint.ts';
import { later, nextTick, ProcessHold } from './next-turn.ts';
import { refreshIdleTimer } from './node-internals.ts';

/** Bytes a client may have under way before its writes wait: what a socket's buffer would hold. */
const inboxLimit = 64 * 1024;

type Done = (error?: Error | null) => void;

/**
 * The server's end of a connection in memory; the client's end is a possessed socket, which calls the methods named
 * `client...`. Bytes are copied on their way, as a kernel would: neither side sees the other write into its memory.
 *
 * What the client writes is acknowledged first and arrives in a turn of its own, because clients are not written for an
 * answer that comes back inside `write()`, or before they were told that it is done. What the server writes arrives at once, in the async context the connection was opened in.
 */
export class Peer extends Duplex {
  readonly endpoint: Endpoint;
  /** Called in the async context of each write of the client's, before anything becomes of it. */
  onClientWrite: (() => void) | undefined;
  /** Bytes the client received and sent, for the counters of its socket. */
  received = 0;
  sent = 0;
  /** Stands for the client's socket in the event loop. */
  readonly hold = new ProcessHold();
  readonly #client: Socket;
  readonly #inClientContext = AsyncLocalStorage.snapshot();
  /** Looks at the first bytes; `false` asks for more of them. It hands the connection to a server before it says `true`. */
  readonly #greet: (first: Buffer) => boolean;
  #isGreeted = false;
  /** What the client wrote, was told is written, and the server was not given yet. */
  #inbox: Buffer[] = [];
  #inboxLength = 0;
  #isInboxDue = false;
  /** A write for which there was no room in the inbox. */
  #held: { bytes: Buffer; done: Done } | undefined;
  /** The server was given more than it can take. */
  #isServerFull = false;
  #clientEnded: Done | undefined;
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
    this.#deliverSoon();
  }

  clientWrites(bytes: Buffer, done: Done): void {
    if (this.destroyed) {
      done(Object.assign(new Error('write EPIPE'), { code: 'EPIPE', errno: -32, syscall: 'write' }));
      return;
    }
    this.sent += bytes.byteLength;
    this.onClientWrite?.();
    // As from a kernel with room in its buffer: what the client does after a write comes before any answer to it.
    if (this.#inboxLength === 0 || this.#inboxLength + bytes.byteLength <= inboxLimit) {
      this.#accept(bytes);
      nextTick(done);
    } else {
      this.#held = { bytes, done };
    }
    this.#deliverSoon();
  }

  clientReads(): void {
    const unread = this.#unread;
    this.#unread = undefined;
    unread?.();
  }

  clientEnds(done: Done): void {
    // Nobody is there to be told, and a client that waits for it would never close.
    if (this.destroyed) {
      nextTick(done);
      return;
    }
    this.#clientEnded = done;
    this.#deliverSoon();
  }

  /** The client destroyed its socket. */
  clientLeaves(): void {
    this.hold.release();
    const cut = new Error('Cannot call write after a stream was destroyed');
    this.#forgetClient(Object.assign(cut, { code: 'ERR_STREAM_DESTROYED' }));
    this.#hasEnded = true;
    this.destroy();
  }

  /** Ends the connection with an error on the client's socket, as a reset does. */
  fail(error: Error): void {
    this.#hasEnded = true;
    this.destroy();
    this.#inClientContext(() => this.#client.destroy(error));
  }

  /** Closes the client's socket at once and without an error: a pool that looks at it in this very turn sees it gone. */
  vanish(): void {
    this.#inClientContext(() => this.#client.destroy());
  }

  /** Ends the connection as a server that goes away does: the client reads an end and no error. */
  hangUp(): void {
    this.destroy();
  }

  #accept(bytes: Buffer): void {
    this.#inbox.push(bytes);
    this.#inboxLength += bytes.byteLength;
  }

  #deliverSoon(): void {
    if (!this.#isOpen || this.#isInboxDue || this.#isServerFull) return;
    this.#isInboxDue = true;
    later(this.#deliver);
  }

  readonly #deliver = (): void => {
    this.#isInboxDue = false;
    if (this.destroyed) return;
    if (this.#inboxLength > 0) this.#deliverInbox();
    if (this.destroyed) return;
    const held = this.#held;
    if (held !== undefined) {
      this.#held = undefined;
      this.#accept(held.bytes);
      held.done();
      this.#deliverSoon();
    } else if (this.#clientEnded !== undefined && (this.#inboxLength === 0 || !this.#isGreeted)) {
      const done = this.#clientEnded;
      this.#clientEnded = undefined;
      this.push(null);
      done();
    }
  };

  #deliverInbox(): void {
    const bytes = this.#inbox.length === 1 ? this.#inbox[0]! : Buffer.concat(this.#inbox);
    this.#inbox = [bytes];
    if (!this.#isGreeted) {
      this.#isGreeted = this.#greet(bytes);
      if (!this.#isGreeted || this.destroyed) return;
    }
    this.#inbox = [];
    this.#inboxLength = 0;
    this.#isServerFull = !this.push(bytes);
  }

  override _read(): void {
    if (!this.#isServerFull) return;
    this.#isServerFull = false;
    this.#deliverSoon();
  }

  /** Nothing of the client's is delivered any more; what it still waits for ends, with the error if there is one. */
  #forgetClient(error?: Error): void {
    const waiting = [this.#held?.done, this.#clientEnded];
    this.#held = undefined;
    this.#clientEnded = undefined;
    this.#inbox = [];
    this.#inboxLength = 0;
    for (const done of waiting) done?.(error);
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
    this.#forgetClient();
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
