import { parseJson } from '../../json/parse.ts';
import { fromText, jsonBody, Unreadable } from '../../reading/body.ts';
import { readOne } from '../../reading/each.ts';
import { sseEvent } from '../../reading/event.ts';
import { fieldsOf, listOf, type Fields } from '../../reading/fields.ts';
import { remark, skipped, type FoundExchange } from '../../reading/found.ts';
import { unknownHost } from '../../reading/host.ts';
import type { NoteCode } from '../../reading/notes.ts';
import type { Recording } from '../../reading/recording.ts';
import { textOf } from '../../reading/text.ts';
import { linesOf } from '../../reading/lines.ts';
import type { Format } from '../format.ts';

/** Methods of Google's client library and the calls they make (`@google/genai` 3.1). */
const calls: ReadonlyMap<string, string> = new Map([
  ['generateContent', ':generateContent'],
  ['generateContentStream', ':streamGenerateContent?alt=sse'],
  ['countTokens', ':countTokens'],
  ['embedContent', ':batchEmbedContents'],
]);

/** Answers of a client library line by line, `{ method, response }`: what gemini-cli's tests are played from. No requests. */
export const sdkResponses: Format = {
  id: 'sdk-responses',
  label: 'answers of an SDK (JSON Lines of method and response)',
  matches: ({ text }) => /^\s*\{"method":\s*"\w+",\s*"response":/.test(text),
  *read(recording) {
    let line = 0;
    for (const text of linesOf(recording)) {
      line++;
      if (text.trim() === '') continue;
      const where = `line ${line}`;
      let fields: Fields | undefined;
      try {
        fields = fieldsOf(parseJson(text));
      } catch {
        yield remark('damaged-file');
        yield skipped(where, 'it is not valid JSON');
        continue;
      }
      const one = fields;
      yield* readOne(where, () => readAnswer(one, where, recording));
    }
  },
};

function readAnswer(fields: Fields | undefined, where: string, recording: Recording): FoundExchange {
  const method = textOf(fields?.['method']);
  const call = method === undefined ? undefined : calls.get(method);
  const response = fields?.['response'];
  if (method === undefined || call === undefined)
    throw new Unreadable('its method is not one of an HTTP API Reel knows');
  if (response === undefined || response === null) throw new Unreadable('it has no response');
  const notes: NoteCode[] = ['request-derived', 'response-headers-missing', 'status-assumed', 'json-retyped'];
  const chunks = listOf(response);
  if (chunks !== undefined) notes.push('stream-rebuilt', 'chunk-boundaries');
  const base = recording.hints.baseUrl?.replace(/\/$/, '') ?? unknownHost;
  return {
    kind: 'exchange',
    where,
    request: {
      method: 'POST',
      url: `${base}/v1beta/models/unknown-model${call}`,
      headers: [],
      body: fromText(''),
    },
    response: {
      status: 200,
      headers: [],
      body:
        chunks === undefined
          ? jsonBody(response, 'its response')
          : fromText(chunks.map((chunk) => sseEvent(chunk, undefined, { lineEnd: '\r\n' })).join('')),
    },
    notes,
  };
}
