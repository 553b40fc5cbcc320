import type { Reply } from '../brain/conversation.ts';
import { think } from '../brain/think.ts';
import { json, type Answer } from '../server/answer.ts';
import type { Call } from '../server/call.ts';
import { ApiFailure } from '../server/failure.ts';
import { list, record, text, type JsonObject } from '../server/json.ts';
import type { Route } from '../server/provider.ts';
import { randomId } from '../server/random-id.ts';
import { snapshotName } from './dialect.ts';
import { inputItems, readResponses } from './read-responses.ts';
import { streamResponse } from './stream-response.ts';

/** `/responses`: created, continued by `previous_response_id`, read and deleted. Remembers what was not `store: false`. */
export function responseRoutes(prefix: string): Route[] {
  const stored = new Map<string, StoredResponse>();
  const find = (id: string): StoredResponse => {
    const found = stored.get(id);
    if (found === undefined) throw new ApiFailure(404, `There is no response with id '${id}'.`);
    return found;
  };
  return [
    { method: 'POST', pattern: `${prefix}/responses`, handle: (call) => create(call, stored) },
    {
      method: 'GET',
      pattern: `${prefix}/responses/{id}`,
      handle: ({ params }) => indented(find(params['id']!).response),
    },
    {
      method: 'GET',
      pattern: `${prefix}/responses/{id}/input_items`,
      handle: ({ params }) => {
        const data = find(params['id']!).input.toReversed();
        return indented({
          object: 'list',
          data,
          has_more: false,
          first_id: data[0]?.['id'] ?? null,
          last_id: data.at(-1)?.['id'] ?? null,
        });
      },
    },
    {
      method: 'DELETE',
      pattern: `${prefix}/responses/{id}`,
      handle: ({ params }) => {
        find(params['id']!);
        stored.delete(params['id']!);
        return indented({ id: params['id'], object: 'response', deleted: true });
      },
    },
  ];
}

interface StoredResponse {
  readonly response: JsonObject;
  readonly input: readonly JsonObject[];
  /** All items up to and including this response's output: what a continuation starts from. */
  readonly items: readonly JsonObject[];
}

function create(call: Call, stored: Map<string, StoredResponse>): Answer {
  const { body } = call;
  const previous = text(body['previous_response_id']);
  const before = previous === '' ? undefined : stored.get(previous);
  if (previous !== '' && before === undefined) {
    throw new ApiFailure(400, `There is no previous response with id '${previous}'.`, {
      code: 'previous_response_not_found',
      param: 'previous_response_id',
    });
  }
  const reply = think(readResponses(call, before?.items ?? []));
  const created = Math.floor(Date.now() / 1000);
  const newId = createIds(created);
  const output = toItems(reply, body, newId);
  const response = complete(body, reply, { id: newId('resp'), created, output });
  if (body['store'] !== false) {
    const input = inputItems(body['input']).map((item) => ({ id: newId('msg'), ...item }));
    stored.set(text(response['id']), {
      response,
      input,
      items: [...(before?.items ?? []), ...input, ...output],
    });
  }
  return body['stream'] === true ? streamResponse(response) : indented(response);
}

/** Ids of one response share their first half and carry the time: `resp_<16 random>00<time><24 random>`, all in hex. */
function createIds(created: number): (prefix: string) => string {
  const shared = `0${randomId('hex', 15)}00${created.toString(16).padStart(8, '0')}`;
  return (prefix) => `${prefix}_${shared}${randomId('hex', 24)}`;
}

function toItems(reply: Reply, body: JsonObject, newId: (prefix: string) => string): JsonObject[] {
  const items: JsonObject[] = [];
  if (reply.reasoning !== '') {
    const summarized = 'summary' in record(body['reasoning']);
    const encrypted = list(body['include']).includes('reasoning.encrypted_content');
    items.push({
      id: newId('rs'),
      type: 'reasoning',
      ...(encrypted ? { encrypted_content: `gAAAAAB${randomId('base62', 220)}==` } : {}),
      summary: summarized ? [{ type: 'summary_text', text: reply.reasoning }] : [],
    });
  }
  for (const { name, arguments: given } of reply.calls) {
    const call_id = `call_${randomId('base62', 24)}`;
    items.push({
      id: newId('fc'),
      type: 'function_call',
      status: 'completed',
      arguments: JSON.stringify(given),
      call_id,
      name,
    });
  }
  if (reply.calls.length === 0) {
    const content = [{ type: 'output_text', annotations: [], logprobs: [], text: reply.text }];
    const status = reply.finish === 'length' ? 'incomplete' : 'completed';
    items.push({ id: newId('msg'), type: 'message', status, content, role: 'assistant' });
  }
  return items;
}

function complete(
  body: JsonObject,
  { finish, usage }: Reply,
  { id, created, output }: { id: string; created: number; output: readonly JsonObject[] },
): JsonObject {
  const cut = finish === 'length';
  const reasoning = record(body['reasoning']);
  return {
    id,
    object: 'response',
    created_at: created,
    status: cut ? 'incomplete' : 'completed',
    background: false,
    completed_at: cut ? null : created,
    error: null,
    frequency_penalty: 0,
    incomplete_details: cut ? { reason: 'max_output_tokens' } : null,
    instructions: body['instructions'] ?? null,
    max_output_tokens: body['max_output_tokens'] ?? null,
    max_tool_calls: null,
    model: snapshotName(text(body['model'])),
    moderation: null,
    output,
    parallel_tool_calls: body['parallel_tool_calls'] ?? true,
    presence_penalty: 0,
    previous_response_id: body['previous_response_id'] ?? null,
    prompt_cache_key: body['prompt_cache_key'] ?? null,
    prompt_cache_retention: 'in_memory',
    reasoning: { context: null, effort: reasoning['effort'] ?? null, summary: reasoning['summary'] ?? null },
    safety_identifier: body['safety_identifier'] ?? null,
    service_tier: 'default',
    store: body['store'] ?? true,
    temperature: body['temperature'] ?? 1,
    text: {
      format: record(body['text'])['format'] ?? { type: 'text' },
      verbosity: record(body['text'])['verbosity'] ?? 'medium',
    },
    tool_choice: body['tool_choice'] ?? 'auto',
    tool_usage: {
      image_gen: {
        input_tokens: 0,
        input_tokens_details: { image_tokens: 0, text_tokens: 0 },
        output_tokens: 0,
        output_tokens_details: { image_tokens: 0, text_tokens: 0 },
        total_tokens: 0,
      },
      web_search: { num_requests: 0 },
    },
    tools: body['tools'] ?? [],
    top_logprobs: 0,
    top_p: body['top_p'] ?? 1,
    truncation: body['truncation'] ?? 'disabled',
    usage: {
      input_tokens: usage.input,
      input_tokens_details: { cache_write_tokens: 0, cached_tokens: usage.cached },
      output_tokens: usage.output,
      output_tokens_details: { reasoning_tokens: usage.reasoning },
      total_tokens: usage.input + usage.output,
    },
    user: null,
    metadata: body['metadata'] ?? {},
  };
}

function indented(body: unknown): Answer {
  return json(body, { indent: 2 });
}
