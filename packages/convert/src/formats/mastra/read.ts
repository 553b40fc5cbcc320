import { jsonItems } from '../../json/items.ts';
import { bodyOf, fromText, Unreadable } from '../../reading/body.ts';
import { readOne } from '../../reading/each.ts';
import { fieldsOf, listOf, type Fields } from '../../reading/fields.ts';
import { remark, skipped, type FoundExchange, type TimedPiece } from '../../reading/found.ts';
import { headersOf } from '../../reading/headers.ts';
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
  *read(recording) {
    const isList = /^\uFEFF?\s*\[/.test(Buffer.from(recording.head.subarray(0, 64)).toString('utf8'));
    for (const item of jsonItems(recording, isList ? [] : ['recordings'])) {
      const where = `recording ${item.number}`;
      if ('problem' in item) {
        yield remark('damaged-file');
        yield skipped(where, item.problem);
      } else yield* readOne(where, () => readRecording(fieldsOf(item.value), where, recording));
    }
  },
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
      url,
      headers: headersOf(request['headers']),
      body: bodyOf(request['body'], 'its request body'),
    },
    response: {
      status,
      ...(statusText !== undefined && { statusText }),
      headers: headersOf(response['headers']),
      body:
        pieces === undefined
          ? storedBody(response, recording)
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

function storedBody(response: Fields, recording: Recording): Uint8Array {
  const artifact = fieldsOf(response['binaryArtifact']);
  if (artifact === undefined) return bodyOf(response['body'], 'its response body');
  const file = textOf(artifact['path'] ?? artifact['file'] ?? artifact['relativePath']);
  const bytes = file === undefined ? undefined : recording.companion(file);
  if (bytes === undefined) throw new Unreadable('its response body is in a file that is not there');
  return bytes;
}
