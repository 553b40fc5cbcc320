import { at, isObject, list, text, type JsonObject } from '../json-reading.ts';
import { modelOfUrl } from '../model-of-url.ts';
import { call, compact, media, partsOf, result } from './parts.ts';
import type { Part, ReadableRequest, Turn } from './turn.ts';

/** Reads the body of a request to an LLM API; `undefined` when it is none that is known. */
export function readLlmRequest(url: string, body: unknown): ReadableRequest | undefined {
  if (!isObject(body)) return undefined;
  const turns = [...systemTurns(body), ...messageTurns(body)];
  const inputs = isAboutTexts(url) ? inputsOf(body) : [];
  const tools = toolsOf(body);
  if (turns.length + inputs.length + tools.length === 0) return undefined;
  const model = text(body, 'model') ?? modelOfUrl(url);
  return {
    ...(model !== undefined && { model }),
    settings: settingsOf(body),
    tools,
    turns: inputs.length > 0 ? [] : turns,
    inputs,
  };
}

/** Embeddings, moderations and rankings take texts, not conversations. */
function isAboutTexts(url: string): boolean {
  return /embed|moderation|rerank|invoke.*embed/i.test(URL.parse(url)?.pathname ?? url);
}

function inputsOf(body: JsonObject): string[] {
  const given =
    body['input'] ??
    body['inputs'] ??
    body['texts'] ??
    body['prompt'] ??
    body['inputText'] ??
    body['documents'];
  if (given !== undefined) return (Array.isArray(given) ? given : [given]).map((input) => inputText(input));
  const requests = body['content'] === undefined ? list(body, 'requests') : [body];
  return requests.map((request) => textOf(partsOf(at(request, 'content', 'parts'))));
}

/** Inputs may be tokens: a list of numbers. */
function inputText(input: unknown): string {
  if (typeof input === 'number') return String(input);
  if (Array.isArray(input)) return `[${input.length} tokens]`;
  return text(input, 'text') ?? compact(input);
}

function textOf(parts: readonly Part[]): string {
  return parts.map((part) => (part.kind === 'text' ? part.text : `[${part.kind}]`)).join('');
}

function systemTurns(body: JsonObject): Turn[] {
  const system =
    body['system'] ??
    body['instructions'] ??
    body['preamble'] ??
    at(body['systemInstruction'] ?? body['system_instruction'], 'parts') ??
    body['systemInstruction'] ??
    body['system_instruction'];
  const parts = partsOf(system);
  return parts.length === 0 ? [] : [{ role: 'system', parts }];
}

function messageTurns(body: JsonObject): Turn[] {
  const { messages, contents, input, message } = body;
  // Titan on Bedrock, and the predictions of Replicate.
  const prompt = body['prompt'] ?? body['inputText'] ?? at(input, 'prompt');
  if (Array.isArray(messages)) return messages.map((item) => turnOf(item));
  if (Array.isArray(contents)) return contents.map((item) => turnOf(item));
  if (typeof contents === 'string') return [user(contents)];
  if (isObject(contents)) return [turnOf(contents)];
  if (typeof message === 'string')
    return [...list(body, 'chat_history').map((item) => turnOf(item)), user(message)];
  if (typeof input === 'string') return [user(input)];
  if (Array.isArray(input)) return input.map((item) => turnOf(item));
  const asked =
    typeof prompt === 'string'
      ? prompt
      : Array.isArray(prompt)
        ? prompt.map((one) => compact(one)).join('\n')
        : undefined;
  if (asked === undefined) return [];
  const pictures = list(body, 'images').filter((image) => typeof image === 'string');
  return [
    {
      role: 'user',
      parts: [{ kind: 'text', text: asked }, ...pictures.map((image) => media('image', image, true))],
    },
  ];
}

function user(words: string): Turn {
  return { role: 'user', parts: [{ kind: 'text', text: words }] };
}

/** A message, an item of the Responses API, or a content of Gemini. */
export function turnOf(item: unknown): Turn {
  if (!isObject(item)) return { role: 'user', parts: partsOf(item) };
  const role = text(item, 'role');
  const type = text(item, 'type');
  // Items that are no messages: calls, results, reasoning.
  if (role === undefined && type !== undefined && type !== 'message') {
    const isResult = type.endsWith('_output');
    return { role: isResult ? 'tool' : 'assistant', parts: partsOf([item]) };
  }
  const content = item['parts'] ?? item['content'] ?? item['message'];
  return toTurn(role ?? 'user', item, partsOf(content));
}

/** Puts what stands beside the content of a message to it: thoughts, calls, pictures, the call that it answers. */
function toTurn(role: string, item: JsonObject, content: readonly Part[]): Turn {
  const parts: Part[] = [];
  const thought = text(item, 'reasoning_content') ?? text(item, 'reasoning') ?? text(item, 'thinking');
  if (thought) parts.push({ kind: 'reasoning', text: thought });
  const answered =
    text(item, 'tool_call_id') ??
    (role === 'tool' || role === 'function' ? (text(item, 'tool_name') ?? text(item, 'name')) : undefined);
  if (answered !== undefined) {
    const name = text(item, 'tool_name') ?? text(item, 'name');
    parts.push(result(text(item, 'tool_call_id'), name, content));
  } else parts.push(...content);
  const refusal = text(item, 'refusal');
  if (refusal) parts.push({ kind: 'refusal', text: refusal });
  for (const image of list(item, 'images'))
    parts.push(
      typeof image === 'string'
        ? media('image', image, true)
        : media('image', text(image, 'image_url', 'url')),
    );
  for (const asked of list(item, 'tool_calls')) {
    const named = at(asked, 'function') ?? asked;
    parts.push(
      call(text(named, 'name'), text(asked, 'id'), at(named, 'arguments') ?? at(named, 'parameters')),
    );
  }
  const old = item['function_call'];
  if (isObject(old)) parts.push(call(text(old, 'name'), undefined, old['arguments']));
  const sound = item['audio'];
  if (isObject(sound)) {
    parts.push(media('audio', text(sound, 'data') ?? text(sound, 'id'), text(sound, 'data') !== undefined));
    const words = text(sound, 'transcript');
    if (words !== undefined) parts.push({ kind: 'text', text: words });
  }
  return { role, parts };
}

function toolsOf(body: JsonObject): ReadableRequest['tools'] {
  const given = [...list(body, 'tools'), ...list(body, 'functions'), ...list(body, 'toolConfig', 'tools')];
  return given.flatMap((tool) => {
    const declared = at(tool, 'functionDeclarations') ?? at(tool, 'function_declarations');
    return Array.isArray(declared) ? declared.map((one) => toolOf(one)) : [toolOf(tool)];
  });
}

function toolOf(tool: unknown): ReadableRequest['tools'][number] {
  const body = at(tool, 'function') ?? at(tool, 'toolSpec') ?? tool;
  const name =
    text(body, 'name') ?? text(tool, 'type') ?? (isObject(tool) ? Object.keys(tool)[0] : undefined) ?? '?';
  const schema =
    at(body, 'parameters') ??
    at(body, 'input_schema') ??
    at(body, 'inputSchema', 'json') ??
    at(body, 'parametersJsonSchema');
  const required = new Set(list(schema, 'required'));
  const properties = at(schema, 'properties');
  const description = text(body, 'description');
  return {
    name,
    ...(description !== undefined && { description }),
    parameters: isObject(properties)
      ? Object.keys(properties).map((key) => (required.has(key) ? key : `${key}?`))
      : [],
  };
}

/** What is shown elsewhere, or says nothing to a reader. */
const shownElsewhere = new Set([
  'model',
  'messages',
  'contents',
  'input',
  'inputs',
  'prompt',
  'message',
  'chat_history',
  'system',
  'instructions',
  'preamble',
  'systemInstruction',
  'system_instruction',
  'tools',
  'functions',
  'texts',
  'content',
  'requests',
  'images',
  'documents',
  'inputText',
]);
/** Groups in which Gemini, Ollama and Bedrock keep parameters. */
const groups = new Set(['generationConfig', 'generation_config', 'options', 'inferenceConfig']);
const longest = 120;

function settingsOf(body: JsonObject): [string, string][] {
  return Object.entries(body).flatMap(([name, value]): [string, string][] => {
    if (shownElsewhere.has(name)) return [];
    if (groups.has(name) && isObject(value))
      return Object.entries(value).map(([key, inner]) => [key, short(inner)]);
    if (name === 'toolConfig' && isObject(value)) {
      const { tools: _, ...rest } = value;
      return Object.entries(rest).map(([key, inner]) => [key, short(inner)]);
    }
    return [[name, short(value)]];
  });
}

function short(value: unknown): string {
  const written = compact(value);
  return written.length > longest ? `${written.slice(0, longest)}…` : written;
}
