import { numberAt, stringAt, valueAt } from './json-access.ts';
import { pathOf, payloads } from './payloads.ts';
import type { ReadableResponse, StreamEvent, Usage } from './provider.ts';

/** Event types after which the server says nothing more. `done` is the name of the last event of Assistants streams. */
const lastEvents = new Set([
  'response.completed',
  'response.incomplete',
  'response.failed',
  'response.cancelled',
  'speech.audio.done',
  'transcript.text.done',
  'image_generation.completed',
  'image_edit.completed',
  'done',
  'error',
]);

/** A stream is over at `[DONE]`, at one of {@link lastEvents}, or at an error, which may come in the middle of a 200. */
export function endsOpenAIStream({ event, data }: StreamEvent): boolean {
  if (data === '[DONE]') return true;
  if (event !== undefined && lastEvents.has(event)) return true;
  const type = stringAt(data, 'type');
  if (type !== undefined && lastEvents.has(type)) return true;
  const error = valueAt(data, 'error');
  // Responses objects always have an `error` member; it is `null` when there is none.
  return error !== undefined && error !== null;
}

export function isOpenAIComplete({ url, events }: ReadableResponse): boolean {
  // The lines of a stored file (a batch's input or output) are not a stream.
  if (events === undefined || pathOf(url).endsWith('/content')) return true;
  return events.some(endsOpenAIStream);
}

/** For servers that close the stream after the last chunk without `[DONE]`: each choice has its `finish_reason`. */
export function isFinishedOrDone(response: ReadableResponse): boolean {
  if (isOpenAIComplete(response)) return true;
  const open = new Map<unknown, boolean>();
  for (const { data } of response.events ?? []) {
    const choices = valueAt(data, 'choices');
    if (!Array.isArray(choices)) continue;
    for (const choice of choices) {
      const finished = typeof valueAt(choice, 'finish_reason') === 'string';
      open.set(valueAt(choice, 'index'), !finished && open.get(valueAt(choice, 'index')) !== false);
    }
  }
  return open.size > 0 && ![...open.values()].includes(true);
}

/**
 * Token counts of chat completions, completions, embeddings, responses, transcriptions and images. The last count in a
 * stream is the total: some servers send a running one with each chunk.
 */
export function openaiUsage(response: ReadableResponse): Usage | undefined {
  if (response.status >= 400 || isStoredCopy(pathOf(response.url))) return undefined;
  let model: string | undefined;
  let counts: unknown;
  for (const payload of payloads(response)) {
    // A stream of the Responses API wraps the object in its events.
    const subject = valueAt(payload, 'response') ?? payload;
    model = stringAt(subject, 'model') ?? model;
    const found = valueAt(subject, 'usage') ?? valueAt(subject, 'x_groq', 'usage');
    if (typeof found === 'object' && found !== null) counts = found;
  }
  return readCounts(model, counts);
}

/** A look at something already generated (`GET /responses/resp_1`, a list of run steps) repeats its usage. */
function isStoredCopy(path: string): boolean {
  return /\/(?:responses|chat\/completions)\/[^/]+$|\/steps(?:\/[^/]*)?$/.test(path);
}

function readCounts(model: string | undefined, counts: unknown): Usage | undefined {
  const input = numberAt(counts, ['prompt_tokens'], ['input_tokens']);
  const written = numberAt(counts, ['completion_tokens'], ['output_tokens']);
  if (input === undefined && written === undefined) return undefined;
  const inputTokens = input ?? 0;
  const cached = numberAt(
    counts,
    ['prompt_tokens_details', 'cached_tokens'],
    ['input_tokens_details', 'cached_tokens'],
    ['prompt_cache_hit_tokens'],
  );
  const cacheWrite = numberAt(counts, ['prompt_tokens_details', 'cache_write_tokens']);
  const reasoning = numberAt(
    counts,
    ['completion_tokens_details', 'reasoning_tokens'],
    ['output_tokens_details', 'reasoning_tokens'],
  );
  return {
    model,
    inputTokens,
    outputTokens: withReasoning(inputTokens, written ?? 0, reasoning, numberAt(counts, ['total_tokens'])),
    ...(cached === undefined ? {} : { cachedInputTokens: cached }),
    ...(cacheWrite === undefined ? {} : { cacheWriteInputTokens: cacheWrite }),
    ...(reasoning === undefined ? {} : { reasoningTokens: reasoning }),
  };
}

/**
 * Output tokens, reasoning included. OpenAI counts reasoning inside `completion_tokens`, xAI beside it (seen in its
 * answers of 2026: 432 + 68 + 136 reasoning = 636). The total tells which.
 */
export function withReasoning(
  input: number,
  output: number,
  reasoning: number | undefined,
  total: number | undefined,
): number {
  if (!reasoning || total === undefined) return output;
  return input + output + reasoning === total ? output + reasoning : output;
}

/** The body of an error as OpenAI's SDKs read it: `error.message` becomes the message of the thrown `APIError`. */
export function openaiErrorBody(message: string, code: string): unknown {
  return { error: { message, type: 'invalid_request_error', param: null, code } };
}
