import { cutGrace, type Reply } from '../model/reply.ts';
import type { FetchRealm } from '../model/fetch-realm.ts';
import { wait } from './clock.ts';

/** Pieces handed over per pull when nothing asks for time between them: one promise turn per batch instead of per event. */
const batch = 64;

/**
 * The body of a reply as a byte stream: nothing is produced before it is asked for, every piece arrives as a piece of its
 * own, and cancelling it is the end of it.
 */
export function streamBody(
  reply: Reply,
  signal: AbortSignal | undefined,
  realm: FetchRealm,
): ReadableStream<Uint8Array> {
  let next = 0;
  const left = new AbortController();
  return new realm.ReadableStream({
    type: 'bytes',
    start(controller) {
      const onAbort = (): void => {
        left.abort(signal!.reason);
        reply.abandoned();
        controller.error(signal!.reason);
      };
      if (signal?.aborted) onAbort();
      else signal?.addEventListener('abort', onAbort, { once: true });
    },
    async pull(controller) {
      for (let taken = 0; taken < batch; taken++) {
        const delay = reply.delayBefore(next);
        if (delay > 0) {
          if (taken > 0) return;
          await reply.wait(delay, left.signal).catch(() => {});
        }
        if (left.signal.aborted) return;
        const chunk = reply.chunks[next];
        if (chunk === undefined) {
          // An error throws away what is queued: it waits until the client has taken everything that came before it.
          if (taken === 0 || reply.ending.kind === 'end') await finish(controller);
          return;
        }
        next++;
        // Byte streams take the buffer over: hand out a copy, the tape may be played again.
        if (chunk.byteLength > 0) controller.enqueue(new Uint8Array(chunk));
      }
    },
    cancel() {
      left.abort();
      reply.abandoned();
    },
  });

  async function finish(controller: ReadableByteStreamController): Promise<void> {
    const { ending } = reply;
    if (ending.kind === 'end') {
      controller.close();
      // A pending BYOB read is only answered by an explicit empty response.
      controller.byobRequest?.respond(0);
      return;
    }
    if (ending.by === 'client') await wait(cutGrace, left.signal).catch(() => {});
    if (!left.signal.aborted) controller.error(new realm.TypeError('terminated', { cause: reply.error() }));
  }
}
