import type { Conversation, Tool, Turn } from '../brain/conversation.ts';
import type { Call } from '../server/call.ts';
import { ApiFailure } from '../server/failure.ts';
import { list, number, record, text, type JsonObject } from '../server/json.ts';

/** Reads a chat-completions request. Throws {@link ApiFailure} 400 and 404 where the API would refuse it. */
export function readChat({ body, behavior }: Call, model: string): Conversation {
  requireModel(model);
  if (list(body['messages']).length === 0) {
    throw new ApiFailure(400, 'The messages must be a list with at least one message.', {
      param: 'messages',
    });
  }
  const messages = list(body['messages']).map(record);
  const format = readFormat(record(body['response_format']));
  return {
    model,
    system: messages
      .filter(isInstruction)
      .map(({ content }) => contentText(content))
      .join('\n'),
    turns: readTurns(messages.filter((message) => !isInstruction(message))),
    tools: list(body['tools'])
      .map(record)
      .filter(({ type }) => type === 'function')
      .map(readTool),
    toolChoice: readToolChoice(body['tool_choice']),
    parallel: body['parallel_tool_calls'] !== false,
    ...(format === undefined ? {} : { format }),
    reasoning: reasons(model, text(body['reasoning_effort'])),
    maxTokens: number(body['max_completion_tokens']) ?? number(body['max_tokens']),
    stop: typeof body['stop'] === 'string' ? [body['stop']] : list(body['stop']).map(text),
    dictated: behavior.text,
  };
}

function isInstruction({ role }: JsonObject): boolean {
  return role === 'system' || role === 'developer';
}

/** 400 without a model, 404 for one that says of itself that it does not exist. */
export function requireModel(model: string): void {
  if (model === '') throw new ApiFailure(400, 'A model must be named.', { param: 'model' });
  if (/nonexistent|does-not-exist|no-such/.test(model)) {
    throw new ApiFailure(404, `There is no model \`${model}\`, or you may not use it.`, {
      code: 'model_not_found',
    });
  }
}

/** Models of the o series always reason; others when an effort is asked for. */
export function reasons(model: string, effort: string): boolean {
  return effort === '' ? /(^|\/)o\d/.test(model) : effort !== 'none' && effort !== 'minimal';
}

function readTurns(messages: readonly JsonObject[]): Turn[] {
  const names = new Map<string, string>();
  return messages.map((message): Turn => {
    const said = contentText(message['content']);
    if (message['role'] === 'tool') {
      return { role: 'tool', name: names.get(text(message['tool_call_id'])) ?? 'tool', result: said };
    }
    if (message['role'] !== 'assistant') {
      return {
        role: 'user',
        text: said,
        attachments: list(message['content']).filter((part) => record(part)['type'] !== 'text').length,
      };
    }
    const calls = list(message['tool_calls']).map(record);
    for (const call of calls) names.set(text(call['id']), text(record(call['function'])['name']));
    return {
      role: 'assistant',
      text: said,
      calls: calls.map((call) => text(record(call['function'])['name'])),
    };
  });
}

/** The text of a `content` field: a string, or the text parts of a list. */
export function contentText(content: unknown): string {
  if (typeof content === 'string') return content;
  return list(content)
    .map((part) => text(record(part)['text']))
    .filter((part) => part !== '')
    .join('\n');
}

function readTool(entry: JsonObject): Tool {
  const definition = record(entry['function']);
  return {
    name: text(definition['name']),
    description: text(definition['description']),
    schema: record(definition['parameters']),
  };
}

function readToolChoice(choice: unknown): Conversation['toolChoice'] {
  if (choice === 'none' || choice === 'required') return choice;
  // Mistral's word for `required`.
  if (choice === 'any') return 'required';
  const name = text(record(record(choice)['function'])['name']);
  return name === '' ? 'auto' : { name };
}

function readFormat(format: JsonObject): Conversation['format'] {
  if (format['type'] === 'json_object') return {};
  if (format['type'] !== 'json_schema') return undefined;
  return { schema: record(record(format['json_schema'])['schema']) };
}
