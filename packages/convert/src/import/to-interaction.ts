import { headerValue, mediaType, type Interaction } from '@reel/core/engine';
import { Unreadable } from '../reading/body.ts';
import type { FoundExchange } from '../reading/found.ts';
import type { NoteCode } from '../reading/notes.ts';
import { decompress } from './decompress.ts';
import { piecesOf } from './pieces.ts';
import { allowedHeaders, codingsOf, fittingHeaders, isPlaceholder } from './response-headers.ts';
import { recordedUrl } from './url.ts';

export interface Converted {
  /** Not redacted, not normalized. */
  readonly interaction: Interaction;
  readonly notes: readonly NoteCode[];
  /** Milliseconds since 1970: what the recording says, else the `date` of the answer. */
  readonly recordedAt: number | undefined;
}

/**
 * What a reader found, as Reel keeps it: an absolute URL, a body without compression, headers that fit it.
 * @throws Unreadable
 */
export function toInteraction(found: FoundExchange): Converted {
  const notes: NoteCode[] = [...(found.notes ?? [])];
  const method = found.request.method.trim().toUpperCase();
  if (!/^[A-Z][A-Z-]*$/.test(method)) throw new Unreadable('its method is none of HTTP');
  const request = {
    method,
    url: recordedUrl(found.request.url, notes),
    headers: allowedHeaders(found.request.headers, notes),
    body: found.request.body,
  };
  if (found.response === undefined) {
    const ending = found.ending ?? { kind: 'aborted' as const, by: 'upstream' as const };
    return { interaction: { request, chunks: [], ending }, notes, recordedAt: found.recordedAt };
  }
  const { status } = found.response;
  if (status === 101)
    throw new Unreadable('it is the handshake of a WebSocket, without what was said in the session');
  if (!Number.isInteger(status) || status < 200 || status > 599)
    throw new Unreadable(`its status (${status}) is none of HTTP`);
  const stored = allowedHeaders(found.response.headers, notes);
  const isFile = /^application\/(?:x-)?(?:gzip|tar|zstd)/.test(mediaType(stored));
  const { body, codings, isCut } = decompress(found.response.body, codingsOf(stored), isFile);
  if (isCut) notes.push('body-cut');
  if (codings.length > 0 && codingsOf(stored).every((name) => isPlaceholder(name)))
    notes.push('compression-unnamed');
  const headers = fittingHeaders({
    body,
    headers: stored,
    method,
    status,
    isRebuilt: codings.length > 0 || notes.includes('json-retyped') || notes.includes('stream-rebuilt'),
    notes,
  });
  const chunks = piecesOf(body, headers, codings.length === 0 ? found.response.pieces : undefined);
  const isStream = chunks.length > 1;
  const statusText = found.response.statusText?.trim();
  const hasOwnText = statusText !== undefined && statusText !== '' && !isStandardText(status, statusText);
  return {
    interaction: {
      request,
      response: { status, ...(hasOwnText && { statusText }), headers },
      chunks,
      ending: found.ending ?? { kind: 'end' },
    },
    // Only a stream has boundaries to lose.
    notes: isStream ? notes : notes.filter((note) => note !== 'chunk-boundaries'),
    recordedAt: found.recordedAt ?? dateOf(headers),
  };
}

let standardTexts: Readonly<Record<number, string | undefined>> | undefined;

function isStandardText(status: number, text: string): boolean {
  standardTexts ??= process.getBuiltinModule('node:http').STATUS_CODES;
  const standard = standardTexts[status];
  return standard === text || standard?.toLowerCase() === text.toLowerCase();
}

function dateOf(headers: Interaction['request']['headers']): number | undefined {
  const time = Date.parse(headerValue(headers, 'date') ?? '');
  return Number.isFinite(time) && time > 0 ? time : undefined;
}
