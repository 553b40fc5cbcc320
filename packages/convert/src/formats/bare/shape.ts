import { jsonOutline } from '../../json/outline.ts';
import { fieldsOf, listOf, type Fields } from '../../reading/fields.ts';
import { numberOf, textOf } from '../../reading/text.ts';

/** Which API an answer is of, told by its fields. */
export interface Shape {
  /** Path of the call. */
  readonly path: string;
  /** How its streams are framed. */
  readonly framing?: 'sse' | 'lines';
  /** Whether each event is named by its `type`. */
  readonly eventNames?: boolean;
  /** Whether the stream ends with `[DONE]`. */
  readonly done?: boolean;
  readonly lineEnd?: '\n' | '\r\n';
  readonly status?: number;
}

const chat = { path: '/v1/chat/completions', framing: 'sse', done: true } as const;
const completions = { ...chat, path: '/v1/completions' } as const;
const responses = { path: '/v1/responses', framing: 'sse', eventNames: true } as const;
const messages = { path: '/v1/messages', framing: 'sse', eventNames: true } as const;
const cohere = { path: '/v2/chat', framing: 'sse', eventNames: true } as const;
const interactions = { path: '/v1beta/interactions', framing: 'sse' } as const;
const ollama = { path: '/api/chat', framing: 'lines' } as const;

const messageEvent = /^(?:message_(?:start|delta|stop)|content_block_(?:start|delta|stop))$/;
const cohereEvent = /^(?:message|content|tool-plan|tool-call|citation)-(?:start|delta|end)$/;

type Test = (fields: Fields) => Shape | false | undefined;

/**
 * In the order in which they are tried: the first that fits is taken. Fields are those of the providers' API references, at the top of
 * the answer: the same deeper down is a document about answers (a trace, a description of an API).
 */
const tests: readonly Test[] = [
  ({ object }) => isText(object, /^chat\.completion(?:\.chunk)?$/) && chat,
  ({ object }) => object === 'text_completion' && completions,
  ({ object, type }) => (object === 'response' || isText(type, /^response\.\w/)) && responses,
  ({ type, role }) =>
    (isText(type, messageEvent) || (type === 'message' && role === 'assistant')) && messages,
  (fields) => 'stop_reason' in fields && ('content' in fields || 'completion' in fields) && messages,
  ({ object, event_type: event }) =>
    (object === 'interaction' || isText(event, /^interaction\./)) && interactions,
  ({ type }) => isText(type, cohereEvent) && cohere,
  ({ message, finish_reason: reason }) => typeof reason === 'string' && has(message, 'role') && cohere,
  ({ embeddings, meta }) => embeddings !== undefined && has(meta, 'api_version') && { path: '/v2/embed' },
  ({ results }) => has(first(results), 'relevance_score') && { path: '/v2/rerank' },
  ({ output, stopReason }) =>
    stopReason !== undefined && has(output, 'message') && { path: '/model/unknown-model/converse' },
  (fields) => isGemini(fields) && gemini(fields),
  (fields) =>
    typeof fields['done'] === 'boolean' &&
    ['model', 'message', 'response'].some((key) => key in fields) &&
    ollama,
  ({ object, data }) => object === 'list' && has(first(data), 'embedding') && { path: '/v1/embeddings' },
  ({ created, data }) =>
    created !== undefined &&
    (has(first(data), 'b64_json') || has(first(data), 'url')) && { path: '/v1/images/generations' },
  (fields) => isChat(fields) && chat,
  ({ text, segments, language, x_groq: groq }) =>
    typeof text === 'string' &&
    [segments, language, groq].some((field) => field !== undefined) && { path: '/v1/audio/transcriptions' },
  (fields) => errorShape(fields),
];

/** Of an answer as text: a JSON document or its beginning, JSON Lines, or an SSE stream. */
export function findShape(text: string): Shape | undefined {
  for (const document of documentsOf(text.slice(0, 65_536))) {
    // Without `alt=sse`, Gemini streams one array.
    const fields = fieldsOf(document) ?? fieldsOf(first(document));
    if (fields === undefined) continue;
    for (const test of tests) {
      const shape = test(fields);
      if (shape !== false && shape !== undefined) return shape;
    }
  }
  return undefined;
}

/** The first documents of a stream: one of them may be damaged, or of an event that all APIs have. */
const most = 8;

function* documentsOf(text: string): Generator<unknown> {
  if (/^\s*[[{]/.test(text)) yield jsonOutline(text);
  let count = 0;
  for (const [, payload] of text.matchAll(/^ ?(?:data: ?)?([[{].*)$/gm)) {
    yield jsonOutline(payload!);
    if (++count === most) return;
  }
}

function isText(value: unknown, pattern: RegExp): boolean {
  return typeof value === 'string' && pattern.test(value);
}

function first(value: unknown): unknown {
  return listOf(value)?.[0];
}

function has(value: unknown, key: string): boolean {
  return key in (fieldsOf(value) ?? {});
}

function isGemini({ candidates, usageMetadata }: Fields): boolean {
  return fieldsOf(usageMetadata) !== undefined || fieldsOf(first(candidates)) !== undefined;
}

function gemini(fields: Fields): Shape {
  const model = textOf(fields['modelVersion']) ?? '';
  const name = /^[\w.-]+$/.test(model) ? model : 'unknown-model';
  return { path: `/v1beta/models/${name}:streamGenerateContent`, framing: 'sse', lineEnd: '\r\n' };
}

/** OpenAI's form without its `object`: what servers answer that are almost compatible. */
function isChat({ choices, usage, id }: Fields): boolean {
  const list = listOf(choices);
  if (list?.length === 0) return usage !== undefined || id !== undefined;
  return ['message', 'delta', 'text', 'finish_reason'].some((key) => has(list?.[0], key));
}

function errorShape(fields: Fields): Shape | undefined {
  const error = fieldsOf(fields['error']);
  if (typeof error?.['message'] !== 'string') return undefined;
  const known = numberOf(error['code']) ?? numberOf(error['status_code']) ?? numberOf(fields['status']);
  const named = anthropicErrors.get(textOf(error['type']) ?? '');
  const status = known !== undefined && known >= 400 && known <= 599 ? known : (named ?? 400);
  if (fields['type'] === 'error') return { path: messages.path, status };
  if (isText(error['status'], /^[A-Z_]+$/))
    return { path: '/v1beta/models/unknown-model:generateContent', status };
  return { path: chat.path, status };
}

/** By type, because the body has no status (https://docs.anthropic.com/en/api/errors). */
const anthropicErrors: ReadonlyMap<string, number> = new Map([
  ['authentication_error', 401],
  ['permission_error', 403],
  ['not_found_error', 404],
  ['request_too_large', 413],
  ['rate_limit_error', 429],
  ['api_error', 500],
  ['overloaded_error', 529],
]);
