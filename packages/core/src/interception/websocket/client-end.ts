import type { Duplex } from 'node:stream';
import type { SessionPlayer, SessionWire } from '../../model/session-player.ts';
import { afterGrace, nextTurn } from '../next-turn.ts';
import { acceptHead } from './accept.ts';
import { FrameParser, opcodes } from './frame-parser.ts';
import { writeClose, writeFrame } from './frame-writer.ts';

/** A connection whose client has asked to speak WebSocket. */
export interface Upgrade {
  /** The server's end of it; what comes out of it follows the request. */
  readonly stream: Duplex;
  /** Bytes that came with the request already. */
  readonly rest: Uint8Array;
  /** Value of `sec-websocket-key`. */
  readonly key: string;
  /** Ends the connection with an error on the client's socket, where that can be done. */
  fail(error: Error): void;
}

/** How long a client may take to answer a close frame, in milliseconds, before the connection is ended. */
const closeGrace = 2000;

/** Accepts the handshake and lets a player speak for the server. Resolves when the connection is over. */
export function playSession(upgrade: Upgrade, player: SessionPlayer): Promise<void> {
  const { stream, rest, key } = upgrade;
  const parser = new FrameParser();
  let hasSentClose = false;
  const sendClose = (code?: number, reason?: string): void => {
    if (hasSentClose) return;
    hasSentClose = true;
    stream.write(writeClose(code, reason));
    // A client that never answers must not keep the process.
    afterGrace(closeGrace, () => stream.destroy());
  };
  const wire: SessionWire = {
    send(bytes, isBinary, done) {
      const hasRoom = stream.write(writeFrame(isBinary ? opcodes.binary : opcodes.text, bytes));
      // In a turn of its own, so that the client takes each message in before the next one.
      if (hasRoom) nextTurn(done);
      else stream.once('drain', () => nextTurn(done));
    },
    close: sendClose,
    cut(code) {
      if (code === undefined) stream.destroy();
      else upgrade.fail(Object.assign(new Error(`read ${code}`), { code, syscall: 'read' }));
    },
  };
  const take = (bytes: Uint8Array): void => {
    try {
      for (const event of parser.push(bytes)) {
        if (event.kind === 'message') player.message(event.bytes, event.isBinary);
        else if (event.kind === 'ping') stream.write(writeFrame(opcodes.pong, event.bytes));
        else if (event.kind === 'close') {
          player.closed();
          sendClose(event.code, event.reason);
          // The server is the one to end the connection (RFC 6455, section 7.1.1).
          stream.end();
        }
      }
    } catch (error) {
      upgrade.fail(error as Error);
    }
  };
  return new Promise((resolve) => {
    stream.once('close', () => {
      player.gone();
      resolve();
    });
    stream.once('end', () => stream.end());
    stream.on('error', () => {});
    stream.write(acceptHead(key, player.headers));
    stream.on('data', take);
    if (rest.byteLength > 0) take(rest);
    nextTurn(() => player.start(wire));
  });
}
