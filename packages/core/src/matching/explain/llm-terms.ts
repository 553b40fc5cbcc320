import type { Change, Step } from './compare-json.ts';
import { isObject, nameOfTool, textAt } from './json.ts';

/** What sort of thing a part is: decides its order in a report and its weight when recordings are ranked. */
export type Area =
  | 'method'
  | 'host'
  | 'path'
  | 'query'
  | 'header'
  | 'model'
  | 'stream'
  | 'parameter'
  | 'system'
  | 'message'
  | 'tool'
  | 'body'
  | 'custom';

/** The name of a place in a request, as somebody who writes prompts would say it. */
export interface Term {
  readonly area: Area;
  /** `messages[3] (user)`, `tool "get_weather"`, `system prompt`, `temperature`... */
  readonly part: string;
}

/** Keys under which APIs keep sampling parameters: Gemini, Ollama, Bedrock Converse. */
const parameterGroups = new Set(['generationConfig', 'generation_config', 'options', 'inferenceConfig']);
const systemKeys = new Set(['system', 'instructions', 'systemInstruction', 'system_instruction']);
const schemaKeys = new Set([
  'parameters',
  'input_schema',
  'inputSchema',
  'parametersJsonSchema',
  'json_schema',
  'schema',
]);

/**
 * Names a place in the body of an LLM request, by the shapes of OpenAI (chat, Responses, embeddings), Anthropic, Gemini,
 * Ollama and Bedrock. The shape decides and not the host, so that gateways and compatible servers are understood too.
 * A place in any other JSON gets its path.
 */
export function termOf(change: Change, recorded: unknown, incoming: unknown): Term {
  const { path } = change;
  const [first, second] = path;
  if (typeof first !== 'string') return { area: 'body', part: pathText(path) || 'body' };
  // The side that has the place describes it; where both have it, what is sent now does.
  const nodes =
    change.kind === 'removed' ? nodesOn('recorded', recorded, path) : nodesOn('incoming', incoming, path);
  if (first === 'model' && path.length === 1) return { area: 'model', part: 'model' };
  if (first === 'stream' && path.length === 1) return { area: 'stream', part: 'stream flag' };
  if (systemKeys.has(first))
    return { area: 'system', part: joined('system prompt', innerText(path.slice(1), nodes.slice(1))) };
  if (typeof second === 'object') {
    const element = nodes[1];
    const place = `${first}[${positionOf(second)}]`;
    if (first === 'messages' || first === 'contents' || first === 'input') {
      return messageTerm(place, element, path.slice(2), nodes.slice(2));
    }
    if (first === 'tools' || first === 'functions') return toolTerm(place, path.slice(1), nodes.slice(1));
  }
  if (
    (first === 'toolConfig' || first === 'tool_config') &&
    second === 'tools' &&
    typeof path[2] === 'object'
  ) {
    return toolTerm(`tools[${positionOf(path[2])}]`, path.slice(2), nodes.slice(2));
  }
  if (first === 'messages' || first === 'contents' || first === 'input' || first === 'prompt') {
    return { area: 'message', part: pathText(path) };
  }
  if (first === 'tools' || first === 'functions') return { area: 'tool', part: pathText(path) };
  if (first === 'response_format')
    return { area: 'parameter', part: schemaPart('response format', path.slice(1)) };
  if (first === 'text' && second === 'format')
    return { area: 'parameter', part: schemaPart('response format', path.slice(2)) };
  if (parameterGroups.has(first) && typeof second === 'string') {
    return { area: 'parameter', part: `${pathText(path.slice(1))} (${first})` };
  }
  return { area: 'parameter', part: pathText(path) };
}

/** `$.messages[3].content`: positions are those of the incoming document, of the recorded one for what is gone. */
export function jsonPath(path: readonly Step[]): string {
  let text = '$';
  for (const step of path) {
    if (typeof step === 'object') text += `[${positionOf(step)}]`;
    else
      text += /^[\p{L}_$][\p{L}\p{N}_$-]*$/u.test(step)
        ? `.${step}`
        : `['${step.replace(/[\\']/g, '\\$&')}']`;
  }
  return text;
}

function pathText(path: readonly Step[]): string {
  return jsonPath(path).replace(/^\$\.?/, '');
}

function positionOf({ recorded, incoming }: Exclude<Step, string>): number {
  return incoming ?? recorded!;
}

/** The value at each prefix of the path, the whole document left out. */
function nodesOn(side: 'recorded' | 'incoming', root: unknown, path: readonly Step[]): unknown[] {
  const nodes: unknown[] = [];
  let node = root;
  for (const step of path) {
    if (typeof step === 'string') node = isObject(node) ? node[step] : undefined;
    else node = Array.isArray(node) ? node[step[side] ?? -1] : undefined;
    nodes.push(node);
  }
  return nodes;
}

function messageTerm(
  place: string,
  element: unknown,
  path: readonly Step[],
  nodes: readonly unknown[],
): Term {
  const role = textAt(element, 'role');
  if (role === 'system' || role === 'developer') {
    return { area: 'system', part: joined(`system prompt (${place})`, innerText(path, nodes)) };
  }
  return { area: 'message', part: joined(`${place}${kindOfMessage(element, role)}`, innerText(path, nodes)) };
}

function kindOfMessage(element: unknown, role: string | undefined): string {
  if (role === 'tool' || role === 'function') {
    const tool = textAt(element, 'name') ?? textAt(element, 'tool_name');
    return tool === undefined ? ' (tool result)' : ` (tool result of "${tool}")`;
  }
  if (role !== undefined) return ` (${role})`;
  const type = textAt(element, 'type');
  switch (type) {
    case undefined:
      return '';
    case 'function_call':
    case 'custom_tool_call':
      return ` (tool call "${nameOfTool(element) ?? '?'}")`;
    case 'function_call_output':
    case 'custom_tool_call_output':
      return ' (tool result)';
    default:
      return ` (${type.replaceAll('_', ' ')})`;
  }
}

/** What is inside a message: the content itself goes without saying, its parts and tool calls are named. */
function innerText(path: readonly Step[], nodes: readonly unknown[]): string {
  const [first, second] = path;
  if (first === undefined) return '';
  if (typeof first === 'object') return partText(path, nodes);
  if (first === 'content' || first === 'parts' || first === 'output') {
    return typeof second === 'object' ? partText(path.slice(1), nodes.slice(1)) : pathText(path.slice(1));
  }
  if (first === 'tool_calls' && typeof second === 'object') {
    const call = `tool call "${nameOfTool(nodes[1]) ?? positionOf(second)}"`;
    return joined(call, pathText(path.slice(path[2] === 'function' ? 3 : 2)));
  }
  return pathText(path);
}

/** A content part (OpenAI, Anthropic) or a part (Gemini). */
function partText(path: readonly Step[], nodes: readonly unknown[]): string {
  const part = nodes[0];
  const rest = path.slice(1);
  const type = textAt(part, 'type');
  if (type === 'tool_use') return joined(`tool call "${nameOfTool(part) ?? '?'}"`, pathText(rest));
  if (type === 'tool_result')
    return joined('tool result', pathText(rest).replace(/^content(?:\[0\]\.text)?$/, ''));
  for (const [key, name] of [
    ['functionCall', 'tool call'],
    ['functionResponse', 'tool result of'],
  ] as const) {
    const inner = isObject(part) ? part[key] : undefined;
    if (inner !== undefined) return joined(`${name} "${nameOfTool(inner) ?? '?'}"`, pathText(rest.slice(1)));
  }
  const isText = textAt(part, 'text') !== undefined;
  const position = positionOf(path[0] as Exclude<Step, string>);
  if (isText && (rest.length === 0 || rest[0] === 'text'))
    return position === 0 ? '' : `part ${position + 1}`;
  const kind = type ?? (isObject(part) ? Object.keys(part)[0] : undefined) ?? 'part';
  return joined(`part ${position + 1} (${kind.replaceAll('_', ' ')})`, isText ? pathText(rest) : '');
}

function toolTerm(place: string, path: readonly Step[], nodes: readonly unknown[]): Term {
  const tool = nodes[0];
  // Gemini groups the functions of one tool.
  if (
    (path[1] === 'functionDeclarations' || path[1] === 'function_declarations') &&
    typeof path[2] === 'object'
  ) {
    return toolTerm(`${place}.${path[1]}[${positionOf(path[2])}]`, path.slice(2), nodes.slice(2));
  }
  const name = nameOfTool(tool) ?? textAt(tool, 'type');
  const part = name === undefined ? place : `tool "${name}"`;
  const rest = path.slice(path[1] === 'function' || path[1] === 'toolSpec' ? 2 : 1);
  return { area: 'tool', part: schemaPart(part, rest) };
}

function schemaPart(owner: string, path: readonly Step[]): string {
  const at = path.findIndex((step) => typeof step === 'string' && schemaKeys.has(step));
  if (at === -1) return joined(owner, pathText(path));
  // Bedrock and structured outputs wrap the schema once more.
  const wrapped = path[at + 1] === 'json' || path[at + 1] === 'schema' ? at + 2 : at + 1;
  const inner = pathText(path.slice(wrapped));
  return `${owner}, schema${inner === '' ? '' : ` at ${inner}`}`;
}

function joined(part: string, inner: string): string {
  return inner === '' ? part : `${part}, ${inner}`;
}
