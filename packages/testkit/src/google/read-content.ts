import type { Conversation, Tool, Turn } from '../brain/conversation.ts';
import type { Call } from '../server/call.ts';
import { ApiFailure } from '../server/failure.ts';
import { list, number, record, text, type JsonObject } from '../server/json.ts';
import { member } from './wire.ts';

/** Reads a generateContent request. Throws {@link ApiFailure} 400 and 404 where the API would refuse it. */
export function readContent({ body, params, behavior }: Call): Conversation {
  const model = params['model']!;
  requireModel(model);
  const contents = list(body['contents']).map(record);
  if (contents.length === 0) throw new ApiFailure(400, 'contents: at least one content is needed');
  const config = record(member(body, 'generationConfig'));
  const calling = record(member(record(member(body, 'toolConfig')), 'functionCallingConfig'));
  const thinking = record(member(config, 'thinkingConfig'));
  const schema = member(config, 'responseSchema') ?? member(config, 'responseJsonSchema');
  const structured = member(config, 'responseMimeType') === 'application/json';
  return {
    model,
    system: partsText(record(member(body, 'systemInstruction'))['parts']),
    turns: contents.flatMap(readTurns),
    tools: list(body['tools'])
      .flatMap((tool) => list(member(record(tool), 'functionDeclarations')))
      .map((declaration) => readTool(record(declaration))),
    toolChoice: readToolChoice(calling),
    parallel: true,
    ...(structured ? { format: schema === undefined ? {} : { schema: record(schema) } } : {}),
    reasoning: member(thinking, 'includeThoughts') === true,
    maxTokens: number(member(config, 'maxOutputTokens')),
    stop: list(member(config, 'stopSequences')).map(text),
    dictated: behavior.text,
  };
}

/** 404 for a model that says of itself that it does not exist. */
export function requireModel(model: string): void {
  if (/nonexistent|does-not-exist|no-such/.test(model)) {
    throw new ApiFailure(404, `models/${model} is not found, or is not supported for this method.`);
  }
}

/** The text of a content's parts, without its thoughts. */
export function partsText(parts: unknown): string {
  return list(parts)
    .map(record)
    .filter(({ thought }) => thought !== true)
    .map((part) => text(part['text']))
    .filter((part) => part !== '')
    .join('\n');
}

function readTurns({ role, parts: given }: JsonObject): Turn[] {
  const parts = list(given).map(record);
  if (role === 'model') {
    const calls = parts
      .map((part) => text(record(member(part, 'functionCall'))['name']))
      .filter((name) => name !== '');
    return [{ role: 'assistant', text: partsText(given), calls }];
  }
  const results = parts
    .map((part) => record(member(part, 'functionResponse')))
    .filter((response) => 'name' in response)
    .map((response): Turn => ({
      role: 'tool',
      name: text(response['name']),
      result: resultText(record(response['response'])),
    }));
  const said = partsText(given);
  return results.length > 0 && said === '' ? results : [...results, { role: 'user', text: said }];
}

/** Clients wrap plain results as `{ output }` or `{ result }`. */
function resultText(response: JsonObject): string {
  const only = Object.keys(response).length === 1 ? (response['output'] ?? response['result']) : undefined;
  return typeof only === 'string' ? only : JSON.stringify(only ?? response);
}

function readTool(declaration: JsonObject): Tool {
  return {
    name: text(declaration['name']),
    description: text(declaration['description']),
    schema: record(declaration['parameters'] ?? member(declaration, 'parametersJsonSchema')),
  };
}

function readToolChoice(calling: JsonObject): Conversation['toolChoice'] {
  if (calling['mode'] === 'NONE') return 'none';
  if (calling['mode'] !== 'ANY') return 'auto';
  const allowed = list(member(calling, 'allowedFunctionNames'));
  return allowed.length === 1 ? { name: text(allowed[0]) } : 'required';
}
