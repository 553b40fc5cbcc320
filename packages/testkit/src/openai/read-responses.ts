import type { Conversation, Tool, Turn } from '../brain/conversation.ts';
import type { Call } from '../server/call.ts';
import { list, number, record, text, type JsonObject } from '../server/json.ts';
import { contentText, reasons, requireModel } from './read-chat.ts';

/** The `input` of a request as a list of items: a bare string is one user message. */
export function inputItems(input: unknown): JsonObject[] {
  return typeof input === 'string'
    ? [{ type: 'message', role: 'user', content: input }]
    : list(input).map(record);
}

/** Reads a responses request; `history` are the items of the responses it continues. */
export function readResponses({ body, behavior }: Call, history: readonly JsonObject[]): Conversation {
  const model = text(body['model']);
  requireModel(model);
  const items = [...history, ...inputItems(body['input'])];
  const instructions = items.filter(isInstruction).map(({ content }) => contentText(content));
  const format = record(record(body['text'])['format']);
  const reasoning = record(body['reasoning']);
  return {
    model,
    system: [text(body['instructions']), ...instructions].filter((part) => part !== '').join('\n'),
    turns: readTurns(items.filter((item) => !isInstruction(item))),
    tools: list(body['tools'])
      .map(record)
      .filter(({ type }) => type === 'function')
      .map(readTool),
    toolChoice: readToolChoice(body['tool_choice']),
    parallel: body['parallel_tool_calls'] !== false,
    ...(format['type'] === 'json_schema' ? { format: { schema: record(format['schema']) } } : {}),
    ...(format['type'] === 'json_object' ? { format: {} } : {}),
    reasoning: reasons(model, text(reasoning['effort'])),
    maxTokens: number(body['max_output_tokens']),
    dictated: behavior.text,
  };
}

function isInstruction({ role }: JsonObject): boolean {
  return role === 'system' || role === 'developer';
}

function readTurns(items: readonly JsonObject[]): Turn[] {
  const names = new Map<string, string>();
  const turns: Turn[] = [];
  for (const item of items) {
    if (item['type'] === 'function_call') {
      names.set(text(item['call_id']), text(item['name']));
      turns.push({ role: 'assistant', text: '', calls: [text(item['name'])] });
    } else if (item['type'] === 'function_call_output') {
      const name = names.get(text(item['call_id'])) ?? 'tool';
      turns.push({ role: 'tool', name, result: contentText(item['output']) });
    } else if (item['role'] === 'assistant') {
      turns.push({ role: 'assistant', text: contentText(item['content']), calls: [] });
    } else if (item['role'] === 'user') {
      turns.push({ role: 'user', text: contentText(item['content']) });
    }
  }
  return turns;
}

function readTool(tool: JsonObject): Tool {
  return {
    name: text(tool['name']),
    description: text(tool['description']),
    schema: record(tool['parameters']),
  };
}

function readToolChoice(choice: unknown): Conversation['toolChoice'] {
  if (choice === 'none' || choice === 'required') return choice;
  const name = text(record(choice)['name']);
  return name === '' ? 'auto' : { name };
}
