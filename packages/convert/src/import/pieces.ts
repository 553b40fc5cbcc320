import { framingOf, mediaType, splitBody, type Chunk, type HeaderList } from '@reel/core/engine';
import type { TimedPiece } from '../reading/found.ts';
import { isEventStream, isJsonLines, isSse } from '../reading/sniff.ts';

/** The body cut as Reel cuts it: at events, lines and frames; with times where the recording has them. */
export function piecesOf(
  body: Uint8Array,
  headers: HeaderList,
  timed: readonly TimedPiece[] | undefined,
): Chunk[] {
  const pieces = splitBody(body, framing(body, headers));
  if (timed === undefined || timed.length === 0) return pieces.map((bytes) => ({ bytes }));
  let end = 0;
  let index = 0;
  let arrived = timed[0]!.bytes.byteLength;
  return pieces.map((bytes) => {
    end += bytes.byteLength;
    while (arrived < end && index < timed.length - 1) arrived += timed[++index]!.bytes.byteLength;
    return { bytes, at: Math.max(0, Math.round(timed[index]!.at)) };
  });
}

/** By the label; streams under other labels (Ollama's JSON lines as `application/json`) show what they are. */
function framing(body: Uint8Array, headers: HeaderList): ReturnType<typeof framingOf> {
  const type = mediaType(headers);
  const named = framingOf(type);
  if (named !== 'none' || /^(?:image|audio|video|font)\/|^application\/(?:zip|pdf)/.test(type)) return named;
  if (isEventStream(body)) return 'event-stream';
  const head = Buffer.from(body.buffer, body.byteOffset, Math.min(body.byteLength, 262_144)).toString('utf8');
  if (isSse(head)) return 'sse';
  // Files of JSON lines are documents, and stay in one piece.
  return /^application\/(?:octet-stream|binary)/.test(type) || !isJsonLines(head) ? 'none' : 'lines';
}
