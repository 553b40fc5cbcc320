import { parseJson } from '../../json/parse.ts';
import { base64Body, fromText, jsonBody, Unreadable } from '../../reading/body.ts';
import { readOne } from '../../reading/each.ts';
import { sseEvent } from '../../reading/event.ts';
import { fieldsOf, listOf, type Fields } from '../../reading/fields.ts';
import { remark, skipped, type FoundExchange, type TimedPiece } from '../../reading/found.ts';
import { headersOf } from '../../reading/headers.ts';
import { unknownHost } from '../../reading/host.ts';
import type { NoteCode } from '../../reading/notes.ts';
import type { Recording } from '../../reading/recording.ts';
import { numberOf, textOf, timeOf } from '../../reading/text.ts';
import { linesOf } from '../../reading/lines.ts';
import type { Format } from '../format.ts';

/** What a provider's prefix in the recorder stands for. */
const hosts: ReadonlyMap<string, string> = new Map([
  ['openai', 'https://api.openai.com'],
  ['anthropic', 'https://api.anthropic.com'],
  ['gemini', 'https://generativelanguage.googleapis.com'],
  ['google', 'https://generativelanguage.googleapis.com'],
]);

/** Cassettes of the Python recorder of the same name (`reel-vcr` on PyPI): JSON Lines with `schema_version` 1. */
export const reelPython: Format = {
  id: 'reel-python',
  label: 'reel-vcr (Python, JSON Lines v1)',
  matches: ({ text }) => /^\s*\{"(?:schema_version|_meta)"\s*:/.test(text),
  *read(recording) {
    let number = 0;
    let line = 0;
    for (const text of linesOf(recording)) {
      line++;
      if (text.trim() === '') continue;
      let entry: Fields | undefined;
      try {
        entry = fieldsOf(parseJson(text));
      } catch {
        yield remark('damaged-file');
        yield skipped(`line ${line}`, 'it is not valid JSON');
        continue;
      }
      if (entry === undefined || '_meta' in entry) continue;
      number++;
      const where = `entry ${number}`;
      const one = entry;
      yield* readOne(where, () => readEntry(one, where, recording));
    }
  },
};

function readEntry(entry: Fields, where: string, recording: Recording): FoundExchange {
  const version = numberOf(entry['schema_version']);
  if (version !== 1)
    throw new Unreadable(`its schema_version is ${version ?? 'missing'}; version 1 is known`);
  const request = fieldsOf(entry['request']);
  const response = fieldsOf(entry['response']);
  const path = textOf(request?.['path']);
  const status = numberOf(response?.['status']);
  if (request === undefined || path === undefined) throw new Unreadable('it has no request with a path');
  if (response === undefined || status === undefined) throw new Unreadable('its response has no status');
  const notes: NoteCode[] = ['request-headers-missing', 'json-retyped'];
  const known = hosts.get(textOf(entry['provider']) ?? '');
  const base = recording.hints.baseUrl?.replace(/\/$/, '') ?? known ?? unknownHost;
  if (recording.hints.baseUrl === undefined)
    notes.push(known === undefined ? 'host-unknown' : 'host-derived');
  const pieces = piecesOf(response, notes);
  const recordedAt = timeOf(entry['ts']);
  return {
    kind: 'exchange',
    where,
    request: {
      method: textOf(request['method']) ?? 'POST',
      url: `${base}${path.startsWith('/') ? '' : '/'}${path}`,
      headers: [],
      body: storedBody(request['body'], 'its request body'),
    },
    response: {
      status,
      headers: headersOf(response['headers']),
      body:
        pieces === undefined
          ? storedBody(response['body'], 'its response body')
          : Buffer.concat(pieces.map(({ bytes }) => bytes)),
      ...(pieces !== undefined && { pieces }),
    },
    ...(recordedAt !== undefined && { recordedAt }),
    notes,
  };
}

function piecesOf(response: Fields, notes: NoteCode[]): TimedPiece[] | undefined {
  const chunks = listOf(response['stream_chunks']);
  if (chunks === undefined) return undefined;
  notes.push('stream-rebuilt');
  return chunks.map((chunk) => {
    const fields = fieldsOf(chunk) ?? {};
    const event = textOf(fields['event']);
    const text = sseEvent(fields['data'] ?? '', event, { lineEnd: '\n' });
    return { bytes: fromText(text), at: numberOf(fields['t_offset_ms']) ?? 0 };
  });
}

/** JSON is stored parsed, everything else in an envelope. */
function storedBody(body: unknown, what: string): Uint8Array {
  if (body === undefined || body === null) return fromText('');
  const envelope = fieldsOf(body)?.['__reel_raw_base64__'];
  if (envelope !== undefined) return base64Body(textOf(envelope), what);
  return typeof body === 'string' ? fromText(body) : jsonBody(body, what);
}
