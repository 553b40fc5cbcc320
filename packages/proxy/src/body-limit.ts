import { headerValue } from '@reel/core/engine';
import type { WireClient } from './wire-client.ts';

/** Thrown when a request body is longer than the proxy takes. */
export class BodyTooLarge extends Error {}

const nothing = new Uint8Array(0);

/** @throws BodyTooLarge when the head alone says so: then nothing of the body needs to be read. */
export function assertDeclaredLength(client: WireClient, limit: number): void {
  if (Number(headerValue(client.headers, 'content-length') ?? 0) > limit) throw new BodyTooLarge();
}

/**
 * The whole request body.
 * @returns `undefined` when the client left in the middle.
 * @throws BodyTooLarge
 */
export function readBody(client: WireClient, limit: number): Promise<Uint8Array | undefined> {
  if (client.isBodyEmpty) return Promise.resolve(nothing);
  if (client.awaitsContinue) client.proceed();
  const { body } = client;
  return new Promise((resolve, reject) => {
    const pieces: Uint8Array[] = [];
    let length = 0;
    body.on('data', (piece: Uint8Array) => {
      length += piece.byteLength;
      if (length > limit) {
        pieces.length = 0;
        reject(new BodyTooLarge());
      } else {
        pieces.push(piece);
      }
    });
    body.once('end', () => resolve(pieces.length === 1 ? pieces[0] : Buffer.concat(pieces)));
    body.once('close', () => resolve(undefined));
  });
}

/**
 * Runs an exchange whose body passes by without being held. It is over, for the provider as if the client had left, as soon as the
 * body is too long.
 * @throws BodyTooLarge
 */
export function limitBody(client: WireClient, limit: number, run: () => Promise<void>): Promise<void> {
  // With a length, the HTTP parser lets no more pass than was declared.
  if (client.isBodyEmpty || headerValue(client.headers, 'content-length') !== undefined) return run();
  return new Promise((resolve, reject) => {
    let length = 0;
    client.body.on('data', (piece: Uint8Array) => {
      length += piece.byteLength;
      if (length <= limit) return;
      client.abandon();
      reject(new BodyTooLarge());
    });
    run().then(resolve, reject);
  });
}
