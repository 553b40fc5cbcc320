import { isUtf8 } from 'node:buffer';
import { endingOf, handshakeHeaders, withoutHeaders, type Frame, type SessionEnd } from '@reel/core/engine';
import type { FoundSession } from '../reading/found.ts';
import type { NoteCode } from '../reading/notes.ts';
import type { Hints } from '../reading/recording.ts';
import { allowedHeaders } from './response-headers.ts';
import { sessionUrl } from './session-url.ts';
import type { Converted } from './to-interaction.ts';

/**
 * A WebSocket conversation, as Reel keeps it.
 * @throws Unreadable
 */
export function toSession(found: FoundSession, hints: Hints): Converted {
  const notes: NoteCode[] = [...(found.notes ?? [])];
  const url = sessionUrl(found, hints, notes);
  if (found.frames.some(({ isBinary }) => isBinary === undefined)) notes.push('frame-kind-unknown');
  if (found.close === undefined) notes.push('session-end-unknown');
  const times = found.frames.flatMap(({ time }) => time ?? []);
  const start = Math.min(found.recordedAt ?? Number.POSITIVE_INFINITY, ...times.slice(0, 1));
  const frames = found.frames.map(({ direction, data, isBinary = !isUtf8(data), time }): Frame => ({
    from: direction === 'sent' ? 'client' : 'server',
    bytes: data,
    isBinary,
    ...(time !== undefined && { at: Math.max(0, Math.round(time - start)) }),
  }));
  const end = endOf(found);
  const handshake = (headers: FoundSession['headers'] = []): [string, string][] =>
    allowedHeaders(withoutHeaders(headers, handshakeHeaders), notes);
  return {
    interaction: {
      request: { method: 'GET', url, headers: handshake(found.headers), body: new Uint8Array(0) },
      response: { status: 101, headers: handshake(found.responseHeaders) },
      chunks: [],
      ending: endingOf(end),
      session: { frames, end },
    },
    notes,
    recordedAt: found.recordedAt ?? times[0],
  };
}

function endOf({ close }: FoundSession): SessionEnd {
  if (close === undefined) return { kind: 'closed', by: 'client' };
  // Tools note the close that their client was told of.
  const { code, reason } = close;
  if (code === 1006) return { kind: 'cut', by: 'server' };
  return { kind: 'closed', by: 'server', ...(code !== 1005 && { code, ...(reason !== '' && { reason }) }) };
}
