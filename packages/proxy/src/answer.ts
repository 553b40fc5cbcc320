import { headerValue, play, toRawHeaders, type HeaderList, type Reply } from '@reel/core/engine';
import { withoutHopByHop } from './hop-by-hop.ts';
import type { WholeAnswer, WireClient } from './wire-client.ts';

/** Made once for a reply that answers again and again. */
const prepared = new WeakMap<Reply, WholeAnswer>();

/**
 * Gives an answer from tape to a client. The usual small one goes out at once: over a real connection nobody has to be kept from
 * hearing it too early, as in the process of the client. Everything else is played piece by piece.
 */
export function answer(reply: Reply, client: WireClient): Promise<void> | undefined {
  let whole = prepared.get(reply);
  if (whole === undefined && isWhole(reply)) {
    whole = prepare(reply, reply.chunks[0]!);
    prepared.set(reply, whole);
  }
  if (whole === undefined || client.method === 'HEAD' || client.isHttp10) return play(reply, client);
  client.answer(whole);
  return undefined;
}

function isWhole({ response, ending, chunks, contentEncoding, isPaced }: Reply): boolean {
  return (
    response !== undefined &&
    ending.kind === 'end' &&
    ending.trailers === undefined &&
    !isPaced &&
    chunks.length === 1 &&
    contentEncoding === undefined &&
    response.status !== 204 &&
    response.status !== 304
  );
}

function prepare(reply: Reply, body: Uint8Array): WholeAnswer {
  const { status, statusText, headers } = reply.response!;
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  const hasLength = headerValue(headers, 'content-length') !== undefined;
  return {
    status,
    statusText,
    rawHeaders: toRawHeaders(withoutHopByHop(withLength(headers, body.byteLength))),
    // With a length, Node joins head and body to one string and one write; the system call is what an answer from memory costs most.
    body: hasLength && bytes.byteLength <= maxText ? bytes.toString('latin1') : bytes,
  };
}

/** Longer bodies are not worth a copy. */
const maxText = 64 * 1024;

/** What is on tape may be longer or shorter than what was received: redacted, normalized. */
function withLength(headers: HeaderList, length: number): HeaderList {
  const recorded = headerValue(headers, 'content-length');
  if (recorded === undefined || recorded === String(length)) return headers;
  return headers.map(([name, value]) => [
    name,
    name.toLowerCase() === 'content-length' ? String(length) : value,
  ]);
}
