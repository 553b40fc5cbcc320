import { addressOf } from '../../reading/address.ts';
import { bodyOf, fromText, Unreadable } from '../../reading/body.ts';
import { fieldsOf, listOf, type Fields } from '../../reading/fields.ts';
import type { FoundExchange, TimedPiece } from '../../reading/found.ts';
import { headersOf } from '../../reading/headers.ts';
import { beginsWith, readJsonList } from '../../reading/list.ts';
import type { NoteCode } from '../../reading/notes.ts';
import type { Recording } from '../../reading/recording.ts';
import { numberOf, textOf, timeOf } from '../../reading/text.ts';
import type { Format } from '../format.ts';

/** Mastra's LLM recordings: streams as the chunks that arrived, each with the wait before it. */
export const mastra: Format = {
  id: 'mastra',
  label: 'Mastra recordings (JSON)',
  matches: ({ object, first }) => {
    const recordings = listOf(object['recordings']);
    const item = recordings === undefined ? first : (fieldsOf(recordings[0]) ?? {});
    return 'hash' in item && fieldsOf(item['request']) !== undefined && !('snapshot' in item);
  },
  read: (recording) =>
    readJsonList(recording, beginsWith(recording, '[') ? [] : ['recordings'], 'recording', (item, where) =>
      readRecording(item, where, recording),
    ),
};

function readRecording(item: Fields | undefined, where: string, recording: Recording): FoundExchange {
  const request = fieldsOf(item?.['request']);
  const response = fieldsOf(item?.['response']);
  const url = textOf(request?.['url']);
  const status = numberOf(response?.['status']);
  if (request === undefined || url === undefined) throw new Unreadable('it has no request with a URL');
  if (response === undefined || status === undefined) throw new Unreadable('its response has no status');
  const notes: NoteCode[] = ['request-headers-missing'];
  if (typeof request['body'] === 'object' && request['body'] !== null) notes.push('json-retyped');
  const pieces = piecesOf(response);
  if (pieces === undefined) notes.push('chunk-boundaries');
  const timestamp = numberOf(request['timestamp']) ?? timeOf(request['timestamp']);
  const statusText = textOf(response['statusText']);
  return {
    kind: 'exchange',
    where,
    request: {
      method: textOf(request['method']) ?? 'POST',
      url: addressOf(url, recording, notes),
      headers: headersOf(request['headers']),
      body: storedBody(request, 'its request body', recording),
    },
    response: {
      status,
      ...(statusText !== undefined && { statusText }),
      headers: headersOf(response['headers']),
      body:
        pieces === undefined
          ? storedBody(response, 'its response body', recording)
          : Buffer.concat(pieces.map(({ bytes }) => bytes)),
      ...(pieces !== undefined && { pieces }),
    },
    ...(timestamp !== undefined && { recordedAt: timestamp }),
    notes,
  };
}

/** Chunks were decoded on their way: where a character was cut, both halves are in one of them. */
function piecesOf(response: Fields): TimedPiece[] | undefined {
  const chunks = listOf(response['chunks']);
  if (chunks === undefined) return undefined;
  const waits = listOf(response['chunkTimings']) ?? [];
  let at = 0;
  return chunks.map((chunk, index) => {
    at += Math.max(0, numberOf(waits[index]) ?? 0);
    return { bytes: fromText(textOf(chunk) ?? ''), at };
  });
}

/** Binary bodies are files, by a path from the folder of all recordings: this file may be in a folder of its own there. */
function storedBody(message: Fields, what: string, recording: Recording): Uint8Array {
  const artifact = fieldsOf(message['binaryArtifact']);
  if (artifact === undefined) return bodyOf(message['body'], what);
  const file = textOf(artifact['path']) ?? '';
  for (const up of ['.', '..', '../..']) {
    const bytes = file === '' ? undefined : recording.companion(`${up}/${file}`, up);
    if (bytes !== undefined) return bytes;
  }
  throw new Unreadable(`${what} is in a file that is not there`);
}
