import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import type { Answer, HeaderPair, StreamAnswer, WholeAnswer } from './answer.ts';
import type { Behavior } from './behavior.ts';
import { createPieceEncoder, encode } from './encode.ts';

/** Writes an answer the way a {@link Behavior} wants it. Returns when the last byte is handed over or the client has left. */
export async function send(response: ServerResponse, answer: Answer, behavior: Behavior): Promise<void> {
  if (behavior.firstByteMs !== undefined) await sleep(behavior.firstByteMs);
  if (response.destroyed) return;
  if (behavior.silent) {
    await once(response, 'close');
    return;
  }
  if (behavior.reset === 'before-headers') return reset(response);
  if (behavior.hangUp === 'before-headers') return void response.socket?.destroy();
  if (answer.kind === 'whole') await sendWhole(response, answer, behavior);
  else await sendStream(response, answer, behavior);
}

async function sendWhole(response: ServerResponse, answer: WholeAnswer, behavior: Behavior): Promise<void> {
  if (answer.body === undefined) {
    writeHead(response, answer, answer.headers);
    response.end();
    return;
  }
  if (behavior.delayMs !== undefined) await sleep(behavior.delayMs);
  const plain = behavior.truncate ? answer.body.subarray(0, Math.floor(answer.body.length / 2)) : answer.body;
  const bytes = behavior.encoding === undefined ? plain : await encode(behavior.encoding, plain);
  const cut = typeof behavior.reset === 'number' || typeof behavior.hangUp === 'number';
  // A body that is one piece has no events to count: of a length that is announced, half arrives.
  const length: HeaderPair[] = cut || answer.sized ? [['content-length', String(bytes.length)]] : [];
  writeHead(response, answer, [...answer.headers, ...encodingHeader(behavior), ...length]);
  if (!cut) {
    response.end(bytes);
    return;
  }
  await write(response, bytes.subarray(0, Math.ceil(bytes.length / 2)));
  await cutOff(response, behavior);
}

async function sendStream(response: ServerResponse, answer: StreamAnswer, behavior: Behavior): Promise<void> {
  const { events, errorEvent, trailers = [] } = answer;
  const coder = behavior.encoding === undefined ? undefined : createPieceEncoder(behavior.encoding);
  const announced: HeaderPair[] =
    trailers.length === 0 ? [] : [['trailer', trailers.map(([name]) => name).join(', ')]];
  writeHead(response, answer, [...answer.headers, ...encodingHeader(behavior), ...announced]);
  response.flushHeaders();
  const cutAt = typeof behavior.reset === 'number' ? behavior.reset : behavior.hangUp;
  for (const [at, event] of events.entries()) {
    if (cutAt === at) return cutOff(response, behavior);
    if (behavior.truncate && at >= events.length / 2) break;
    if (behavior.delayMs !== undefined) await sleep(behavior.delayMs);
    const failing = behavior.errorAfter === at && errorEvent !== undefined;
    const plain = Buffer.from(failing ? errorEvent(at) : (event as string));
    await write(response, coder === undefined ? plain : await coder.piece(plain));
    // A turn of the loop between two writes, or they leave in one packet.
    await nextTurn();
    if (failing) break;
    if (response.destroyed) return;
  }
  if (typeof cutAt === 'number' && cutAt >= events.length) return cutOff(response, behavior);
  if (trailers.length > 0) response.addTrailers(Object.fromEntries(trailers));
  response.end(coder === undefined ? undefined : await coder.end());
}

function writeHead(
  response: ServerResponse,
  { status, statusText }: Answer,
  headers: readonly HeaderPair[],
): void {
  const flat = headers.flatMap(([name, value]) => [name, value]);
  if (statusText === undefined) response.writeHead(status, flat);
  else response.writeHead(status, statusText, flat);
}

function encodingHeader({ encoding }: Behavior): HeaderPair[] {
  return encoding === undefined ? [] : [['content-encoding', encoding]];
}

/** Writes and waits for room, so that a client that does not read holds the stream back. */
async function write(response: ServerResponse, bytes: Buffer): Promise<void> {
  if (response.destroyed || response.write(bytes)) return;
  await Promise.race([once(response, 'drain'), once(response, 'close')]);
}

// A reset may overtake bytes that the client has not read yet; what was sent before it must count as received.
const BEFORE_CUT_MS = 25;

async function cutOff(response: ServerResponse, behavior: Behavior): Promise<void> {
  await sleep(BEFORE_CUT_MS);
  if (typeof behavior.reset === 'number') reset(response);
  else response.socket?.destroy();
}

function reset(response: ServerResponse): void {
  response.socket?.resetAndDestroy();
}
