import { headerValue, type HeaderList } from '../model/headers.ts';
import { breakGrace, cutGrace } from '../model/reply.ts';
import type { ClientSide } from './client-side.ts';
import { compressChunks } from './compress.ts';
import { turn } from './next-turn.ts';
import type { Reply } from './transport.ts';

/** Plays an answer from tape to a client, piece by piece, each in a turn of its own. Resolves when it is over. */
export async function play(reply: Reply, client: ClientSide): Promise<void> {
  const left = new AbortController();
  let hasLeft = false;
  let stopWaiting: (() => void) | undefined;
  client.onGone(() => {
    hasLeft = true;
    reply.abandoned();
    left.abort();
    stopWaiting?.();
  });
  const drained = (): Promise<void> =>
    new Promise((resolve) => {
      stopWaiting = resolve;
      client.onDrain(resolve);
    });
  const rest = (ms: number): Promise<unknown> =>
    ms > 0 ? reply.wait(ms, left.signal).catch(() => {}) : turn();

  // No answer is as quick as memory: clients finish their request in a turn of their own, after its last byte (got).
  await turn();
  if (hasLeft) return undefined;

  const { response, ending } = reply;
  const breaksOff = async (): Promise<void> => {
    if (ending.kind === 'aborted') await rest(ending.by === 'client' ? cutGrace : breakGrace);
    if (!hasLeft) breakOff(reply, client);
  };

  if (response === undefined) {
    const delay = reply.delayBefore(0);
    if (delay > 0) await rest(delay);
    return breaksOff();
  }

  const { status, statusText, headers } = response;
  const isBodiless = client.method === 'HEAD' || status === 204 || status === 304;
  const isEncoded = !isBodiless && reply.contentEncoding !== undefined && reply.chunks.length > 0;
  const chunks = isBodiless
    ? []
    : isEncoded
      ? await compressChunks(reply.chunks, reply.contentEncoding!)
      : reply.chunks;
  if (hasLeft) return undefined;
  client.head(status, statusText, isBodiless ? headers : withLength(headers, chunks, ending.kind === 'end'));

  for (const [index, chunk] of chunks.entries()) {
    const delay = reply.delayBefore(index);
    // The head travels alone only when the body is late.
    if (delay > 0 && index === 0) client.flushHead();
    if (delay > 0 || index > 0) await rest(delay);
    if (hasLeft) return undefined;
    if (!client.write(chunk)) await drained();
    if (hasLeft) return undefined;
  }
  const delay = reply.delayBefore(chunks.length);
  if (delay > 0) await rest(delay);
  if (hasLeft) return undefined;
  if (ending.kind === 'aborted') {
    client.flushHead();
    return breaksOff();
  }
  client.end(ending.trailers);
}

/** A hang-up is an end of the connection without an error; everything else is an error on the client's socket. */
function breakOff(reply: Reply, client: ClientSide): void {
  const error = reply.error();
  if (error.code === 'UND_ERR_SOCKET') client.hangUp();
  else client.fail(error);
}

/**
 * What is played may be longer or shorter than what was received: compressed anew, redacted, normalized. A recording that
 * broke off must stay incomplete.
 */
function withLength(headers: HeaderList, chunks: readonly Uint8Array[], isWhole: boolean): HeaderList {
  const recorded = headerValue(headers, 'content-length');
  if (recorded === undefined) return headers;
  let length = 0;
  for (const chunk of chunks) length += chunk.byteLength;
  const played = isWhole ? length : Math.max(Number(recorded), length + 1);
  if (played === Number(recorded)) return headers;
  return headers.map(([name, value]) => [
    name,
    name.toLowerCase() === 'content-length' ? String(played) : value,
  ]);
}
