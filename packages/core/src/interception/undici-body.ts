import { TextEncoder } from 'node:util';
import { ReelError } from '../errors.ts';
import type { Tap } from '../model/tap.ts';

const encoder = new TextEncoder();

/** Whether a request body of undici can be read at once, without waiting and without spending anything. */
export function isImmediate(body: unknown): boolean {
  return (
    body === undefined ||
    body === null ||
    typeof body === 'string' ||
    ArrayBuffer.isView(body) ||
    body instanceof ArrayBuffer
  );
}

/**
 * All bytes of a request body in any shape undici takes. Immediate shapes give the bytes themselves, others a promise.
 * @throws REEL_BODY_UNREADABLE for a stream that was read before, that fails, or for an unknown shape.
 */
export function readRequestBody(body: unknown): Uint8Array | Promise<Uint8Array> {
  if (body === undefined || body === null) return new Uint8Array(0);
  if (typeof body === 'string') return encoder.encode(body);
  if (ArrayBuffer.isView(body)) return new Uint8Array(body.buffer, body.byteOffset, body.byteLength);
  if (body instanceof ArrayBuffer) return new Uint8Array(body);
  return collect(body);
}

async function collect(body: unknown): Promise<Uint8Array> {
  if (!isIterable(body)) throw unreadable('its type is not one that can be read');
  if (isSpent(body)) throw unreadable('the stream was already read');
  const pieces: Uint8Array[] = [];
  try {
    for await (const piece of body) pieces.push(toBytes(piece));
  } catch (cause) {
    throw unreadable('reading it failed', cause);
  }
  return Buffer.concat(pieces);
}

/** The same body, with every piece shown to the tap on its way. Shapes are kept, so undici frames it as it would have. */
export function tapRequestBody(body: unknown, tap: Tap): unknown {
  if (isImmediate(body)) {
    tap.sent(readRequestBody(body) as Uint8Array);
    return body;
  }
  if (!isIterable(body)) return body;
  return (async function* tapped() {
    for await (const piece of body) {
      tap.sent(toBytes(piece));
      yield piece;
    }
  })();
}

function isIterable(body: unknown): body is AsyncIterable<unknown> | Iterable<unknown> {
  return (
    typeof body === 'object' && body !== null && (Symbol.asyncIterator in body || Symbol.iterator in body)
  );
}

function isSpent(body: object): boolean {
  return (
    ('readableDidRead' in body && body.readableDidRead === true) ||
    ('bodyUsed' in body && body.bodyUsed === true) ||
    ('locked' in body && body.locked === true)
  );
}

function toBytes(piece: unknown): Uint8Array {
  if (typeof piece === 'string') return encoder.encode(piece);
  if (ArrayBuffer.isView(piece)) return new Uint8Array(piece.buffer, piece.byteOffset, piece.byteLength);
  return new Uint8Array(piece as ArrayBuffer);
}

function unreadable(why: string, cause?: unknown): ReelError {
  return new ReelError('REEL_BODY_UNREADABLE', {
    what: `the request body cannot be compared with the recordings: ${why}`,
    fix: 'give each request a body of its own (a string, a Buffer, or a stream nobody has read)',
    ...(cause !== undefined && { cause }),
  });
}
