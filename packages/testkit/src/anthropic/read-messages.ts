import type { Conversation, Tool, Turn } from '../brain/conversation.ts';
import type { Call } from '../server/call.ts';
import { ApiFailure } from '../server/failure.ts';
import { list, number, record, text, type JsonObject } from '../server/json.ts';

/** Reads a messages request. Throws {@link ApiFailure} 400 and 404 where the API would refuse it. */
export function readMessages({ body, behavior }: Call): Conversation {
  const model = text(body['model']);
  if (model === '') throw new ApiFailure(400, 'model: this field is needed');
  if (/nonexistent|does-not-exist|no-such/.test(model)) throw new ApiFailure(404, `model: ${model}`);
  const messages = list(body['messages']).map(record);
  if (messages.length === 0) throw new ApiFailure(400, 'messages: at least one message is needed');
  // Token counting takes the same request, but without a limit.
  const choice = record(body['tool_choice']);
  const format = record(record(body['output_config'])['format'] ?? body['output_format']);
  return {
    model,
    system: blocksText(body['system']),
    turns: readTurns(messages),
    // Server tools (`type: web_search_...`) have no schema and are nothing the client could run.
    tools: list(body['tools'])
      .map(record)
      .filter((tool) => 'input_schema' in tool)
      .map(readTool),
    toolChoice: readToolChoice(choice),
    parallel: choice['disable_parallel_tool_use'] !== true,
    ...(format['type'] === 'json_schema' ? { format: { schema: record(format['schema']) } } : {}),
    reasoning: ['enabled', 'adaptive'].includes(text(record(body['thinking'])['type'])),
    maxTokens: number(body['max_tokens']),
    stop: list(body['stop_sequences']).map(text),
    dictated: behavior.text,
  };
}

function readTurns(messages: readonly JsonObject[]): Turn[] {
  const names = new Map<string, string>();
  return messages.flatMap((message): Turn[] => {
    const { content } = message;
    const blocks =
      typeof content === 'string' ? [{ type: 'text', text: content }] : list(content).map(record);
    if (message['role'] === 'assistant') {
      const uses = blocks.filter(({ type }) => type === 'tool_use') as JsonObject[];
      for (const use of uses) names.set(text(use['id']), text(use['name']));
      return [{ role: 'assistant', text: blocksText(content), calls: uses.map((use) => text(use['name'])) }];
    }
    const results = (blocks as JsonObject[])
      .filter(({ type }) => type === 'tool_result')
      .map((block): Turn => {
        const id = text(block['tool_use_id']);
        if (!names.has(id))
          throw new ApiFailure(400, `messages: tool_result ${id} answers no tool_use of the message before`);
        return { role: 'tool', name: names.get(id)!, result: blocksText(block['content']) };
      });
    const said = blocksText(content);
    const attachments = blocks.filter(({ type }) => type === 'image' || type === 'document').length;
    // A message of tool results alone goes on with the turn; it is not the user speaking.
    return results.length > 0 && said === ''
      ? results
      : [...results, { role: 'user', text: said, attachments }];
  });
}

function blocksText(content: unknown): string {
  if (typeof content === 'string') return content;
  const texts = list(content)
    .map(record)
    .filter(({ type }) => type === 'text')
    .map((block) => text(block['text']));
  return texts.join('\n');
}

function readTool(tool: JsonObject): Tool {
  return {
    name: text(tool['name']),
    description: text(tool['description']),
    schema: record(tool['input_schema']),
  };
}

function readToolChoice(choice: JsonObject): Conversation['toolChoice'] {
  if (choice['type'] === 'tool') return { name: text(choice['name']) };
  if (choice['type'] === 'any') return 'required';
  return choice['type'] === 'none' ? 'none' : 'auto';
}
