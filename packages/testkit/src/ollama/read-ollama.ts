import type { Conversation, Turn } from '../brain/conversation.ts';
import type { Call } from '../server/call.ts';
import { ApiFailure } from '../server/failure.ts';
import { list, number, record, text, type JsonObject } from '../server/json.ts';

/** Reads the parts that `/api/chat` and `/api/generate` share; throws {@link ApiFailure} for a model nobody pulled. */
export function readOllama({ body, behavior }: Call, turns: readonly Turn[], system: string): Conversation {
  const model = requireModel(body);
  const options = record(body['options']);
  const { format } = body;
  return {
    model,
    system,
    turns,
    tools: list(body['tools']).map((tool) => {
      const definition = record(record(tool)['function']);
      const { name, description, parameters } = definition;
      return { name: text(name), description: text(description), schema: record(parameters) };
    }),
    toolChoice: 'auto',
    parallel: true,
    ...(format === 'json' ? { format: {} } : {}),
    ...(typeof format === 'object' && format !== null ? { format: { schema: record(format) } } : {}),
    reasoning: body['think'] === true || typeof body['think'] === 'string',
    maxTokens: number(options['num_predict']),
    stop: list(options['stop']).map(text),
    dictated: behavior.text,
  };
}

/** 400 without a model, 404 for one that says of itself that it does not exist. */
export function requireModel(body: JsonObject): string {
  const model = text(body['model']) || text(body['name']);
  if (model === '') throw new ApiFailure(400, 'a model is needed');
  if (/nonexistent|does-not-exist|no-such/.test(model))
    throw new ApiFailure(404, `model '${model}' not found`);
  return model;
}

/** The turns of a chat, without its system messages. */
export function chatTurns(messages: readonly JsonObject[]): Turn[] {
  let called: string[] = [];
  return messages.flatMap((message): Turn[] => {
    const said = text(message['content']);
    if (message['role'] === 'system') return [];
    if (message['role'] === 'assistant') {
      called = list(message['tool_calls']).map((call) => text(record(record(call)['function'])['name']));
      return [{ role: 'assistant', text: said, calls: [...called] }];
    }
    // Results name their tool, or come in the order of the calls.
    if (message['role'] === 'tool') {
      const next = called.shift();
      return [{ role: 'tool', name: text(message['tool_name']) || next || 'tool', result: said }];
    }
    return [{ role: 'user', text: said }];
  });
}
