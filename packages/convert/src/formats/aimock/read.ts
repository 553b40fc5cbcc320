import { fromText, jsonBody, Unreadable } from '../../reading/body.ts';
import { fieldsOf, listOf, type Fields } from '../../reading/fields.ts';
import type { FoundExchange } from '../../reading/found.ts';
import { unknownHost } from '../../reading/host.ts';
import { readJsonList } from '../../reading/list.ts';
import type { NoteCode } from '../../reading/notes.ts';
import type { Recording } from '../../reading/recording.ts';
import { numberOf, textOf } from '../../reading/text.ts';
import type { Format } from '../format.ts';
import { chatCompletion } from './chat-completion.ts';

/**
 * Fixtures of aimock (llmock): what a request must contain, and what to say. They are no exchanges: the request kept is the last
 * message alone, and the answer has no wire form, so both are written in the form of OpenAI chat, and the report says so.
 */
export const aimock: Format = {
  id: 'aimock',
  label: 'aimock fixtures (JSON)',
  matches: ({ object }) => {
    const fixtures = listOf(object['fixtures']);
    return fixtures !== undefined && (fixtures.length === 0 || 'match' in (fieldsOf(fixtures[0]) ?? {}));
  },
  read: (recording) =>
    readJsonList(recording, ['fixtures'], 'fixture', (item, where) => readFixture(item, where, recording)),
};

function readFixture(fixture: Fields | undefined, where: string, recording: Recording): FoundExchange {
  const match = fieldsOf(fixture?.['match']);
  const response = fieldsOf(fixture?.['response']);
  if (match === undefined) throw new Unreadable('it has no match');
  if (response === undefined)
    throw new Unreadable('it has no response that can be written down (events, or code)');
  const notes: NoteCode[] = [
    'request-pattern',
    'request-headers-missing',
    'response-headers-missing',
    'response-synthesized',
  ];
  const { baseUrl } = recording.hints;
  if (baseUrl === undefined) notes.push('host-unknown');
  const { url, body } = request(match, baseUrl?.replace(/\/$/, '') ?? unknownHost);
  const error = fieldsOf(response['error']);
  return {
    kind: 'exchange',
    where,
    request: { method: 'POST', url, headers: [], body },
    response:
      error === undefined
        ? { status: 200, headers: [], body: answer(response, match) }
        : {
            status: numberOf(response['status']) ?? 500,
            headers: [],
            body: jsonBody({ error }, 'its error'),
          },
    notes,
  };
}

function request(match: Fields, base: string): { url: string; body: Uint8Array } {
  const model = textOf(match['model']);
  const input = textOf(match['inputText']);
  if (input !== undefined)
    return {
      url: `${base}/v1/embeddings`,
      body: jsonBody({ ...(model !== undefined && { model }), input }, 'its request'),
    };
  const messages = [
    ...[match['systemMessage']]
      .flat()
      .flatMap((text) => (typeof text === 'string' ? [{ role: 'system', content: text }] : [])),
    ...(typeof match['userMessage'] === 'string' ? [{ role: 'user', content: match['userMessage'] }] : []),
    ...(typeof match['toolCallId'] === 'string'
      ? [
          {
            role: 'tool',
            tool_call_id: match['toolCallId'],
            content: textOf(match['toolResultContains']) ?? '',
          },
        ]
      : []),
  ];
  if (messages.length === 0) throw new Unreadable('its match names no message');
  return {
    url: `${base}/v1/chat/completions`,
    body: jsonBody({ ...(model !== undefined && { model }), messages }, 'its request'),
  };
}

function answer(response: Fields, match: Fields): Uint8Array {
  const embedding = listOf(response['embedding']);
  if (embedding !== undefined)
    return jsonBody({ object: 'list', data: [{ object: 'embedding', index: 0, embedding }] }, 'its response');
  // A provider's own document, recorded as it was.
  if ('json' in response) return jsonBody(response['json'], 'its response');
  const completion = chatCompletion(response, textOf(match['model']));
  if (completion === undefined)
    throw new Unreadable('its response is neither text, tool calls, an embedding nor an error');
  return fromText(JSON.stringify(completion));
}
