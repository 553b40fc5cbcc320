import type { Reply } from '../model/reply.ts';
import type { Chunk } from '../model/chunk.ts';
import { joinChunks } from '../model/chunk.ts';
import { headerValue, type HeaderList } from '../model/headers.ts';
import type { Interaction } from '../model/interaction.ts';
import { standardStatusText } from '../model/status-text.ts';
import { networkError } from './network-error.ts';
import { wait } from './clock.ts';

/** When the pieces of a body arrive. */
export type Timing =
  /** As fast as the client takes them. The default. */
  | 'instant'
  /** At the recorded offsets; cassettes hold them when they were recorded with `timing: 'recorded'`. */
  | 'recorded'
  /** At a steady pace: one stream event counts as one token. */
  | { readonly tokensPerSecond: number };

/** How a body is cut: as on tape, or in pieces of `bytes` bytes wherever they fall, to torture a parser. */
export type Chunking = 'event' | { readonly bytes: number };

export interface ReplyOptions {
  readonly timing: Timing;
  readonly chunking: Chunking;
}

/** An answer from tape for a transport to play. */
export function createReply(interaction: Interaction, { timing, chunking }: ReplyOptions): Reply {
  const { response, ending } = interaction;
  const tape = interaction.chunks;
  const chunks = chunking === 'event' ? tape.map((chunk) => chunk.bytes) : cut(tape, chunking.bytes);
  const delays = timing === 'instant' ? undefined : delaysOf(tape, chunks.length, timing, chunking);
  return {
    ...(response && {
      response: {
        status: response.status,
        statusText: response.statusText ?? standardStatusText(response.status),
        headers: withoutWaiting(response.status, response.headers),
      },
    }),
    contentEncoding: response && headerValue(response.headers, 'content-encoding'),
    chunks,
    isPaced: delays?.some((delay) => delay > 0) ?? false,
    delayBefore: (index) => delays?.[index] ?? 0,
    wait,
    ending,
    error: () => networkError(ending),
    abandoned: () => {},
  };
}

/**
 * A retryable answer that is replayed makes nobody wait: `retry-after` becomes 0. `@anthropic-ai/sdk` 1.11 takes 0 for absent
 * and backs off for half a second or more; like `openai` it reads `retry-after-ms` first, so that is sent as well.
 */
function withoutWaiting(status: number, headers: HeaderList): HeaderList {
  if (status !== 408 && status !== 409 && status !== 429 && status < 500) return headers;
  const kept = headers.filter(([name]) => !/^retry-after(-ms)?$/i.test(name));
  return [...kept, ['retry-after', '0'], ['retry-after-ms', '1']];
}

function cut(tape: readonly Chunk[], size: number): Uint8Array[] {
  const whole = joinChunks(tape);
  const pieces: Uint8Array[] = [];
  for (let at = 0; at < whole.byteLength; at += size) pieces.push(whole.subarray(at, at + size));
  return pieces;
}

/** Waits before each piece and, in last place, before the end. Pieces cut by bytes wait for the tape chunk they begin in. */
function delaysOf(
  tape: readonly Chunk[],
  pieces: number,
  timing: Exclude<Timing, 'instant'>,
  chunking: Chunking,
): number[] {
  if (typeof timing === 'object') return Array.from({ length: pieces }, () => 1000 / timing.tokensPerSecond);
  const offsets: number[] = [];
  if (chunking === 'event') {
    for (const chunk of tape) offsets.push(chunk.at ?? 0);
  } else {
    let start = 0;
    let index = 0;
    for (let piece = 0; piece < pieces; piece++) {
      const first = piece * chunking.bytes;
      while (index < tape.length - 1 && start + tape[index]!.bytes.byteLength <= first) {
        start += tape[index]!.bytes.byteLength;
        index++;
      }
      offsets.push(tape[index]?.at ?? 0);
    }
  }
  return offsets.map((at, index) => Math.max(0, at - (offsets[index - 1] ?? 0)));
}
