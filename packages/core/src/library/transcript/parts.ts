import { at, isObject, list, text, writeJson } from '../json-reading.ts';
import { formatSize } from '../size.ts';
import type { Part } from './turn.ts';

/**
 * Reads a piece of content, by the shapes of OpenAI (chat and Responses), Anthropic, Gemini, Ollama, Cohere and Bedrock. The shape
 * decides and not the host: gateways speak other hosts' languages.
 */
export function partOf(piece: unknown): Part {
  if (typeof piece === 'string') return { kind: 'text', text: piece };
  if (!isObject(piece)) return other('value', piece);
  return (
    typedPart(piece) ??
    untypedPart(piece) ??
    other(text(piece, 'type') ?? Object.keys(piece)[0] ?? 'part', piece)
  );
}

/** The content of a message: a text, a list of pieces, or nothing. */
export function partsOf(content: unknown): Part[] {
  if (content === undefined || content === null || content === '') return [];
  return Array.isArray(content) ? content.map((piece) => partOf(piece)) : [partOf(content)];
}

function typedPart(piece: Readonly<Record<string, unknown>>): Part | undefined {
  switch (piece['type']) {
    case 'text':
    case 'input_text':
    case 'output_text':
    case 'summary_text':
    case 'reasoning_text':
      return { kind: 'text', text: text(piece, 'text') ?? '' };
    case 'refusal':
      return { kind: 'refusal', text: text(piece, 'refusal') ?? '' };
    case 'thinking':
      return { kind: 'reasoning', text: text(piece, 'thinking') ?? '' };
    case 'redacted_thinking':
      return { kind: 'reasoning', text: '[encrypted]' };
    case 'reasoning':
      return { kind: 'reasoning', text: reasoningText(piece) };
    case 'image_url':
    case 'input_image':
      return media(
        'image',
        text(piece, 'image_url', 'url') ?? text(piece, 'image_url') ?? text(piece, 'file_id'),
      );
    case 'input_audio':
      return media(
        `audio/${text(piece, 'input_audio', 'format') ?? '*'}`,
        text(piece, 'input_audio', 'data'),
        true,
      );
    case 'image':
    case 'document':
    case 'audio':
    case 'video':
      return sourced(piece['type'], piece);
    case 'file':
    case 'input_file':
      return file(piece);
    case 'tool_use':
    case 'server_tool_use':
    case 'mcp_tool_use':
      return call(text(piece, 'name'), text(piece, 'id'), piece['input']);
    case 'function_call':
    case 'custom_tool_call':
    case 'mcp_call':
      return call(
        text(piece, 'name'),
        text(piece, 'call_id') ?? text(piece, 'id'),
        piece['arguments'] ?? piece['input'],
      );
    case 'tool_result':
    case 'web_search_tool_result':
    case 'mcp_tool_result':
      return result(text(piece, 'tool_use_id'), undefined, partsOf(piece['content']));
    case 'function_call_output':
    case 'custom_tool_call_output':
      return result(text(piece, 'call_id'), undefined, partsOf(piece['output']));
    default:
      return undefined;
  }
}

/** Gemini and Bedrock's Converse tell the kind of a piece by its only key. */
function untypedPart(piece: Readonly<Record<string, unknown>>): Part | undefined {
  const words = text(piece, 'text');
  if (words !== undefined)
    return piece['thought'] === true ? { kind: 'reasoning', text: words } : { kind: 'text', text: words };
  const inline = piece['inlineData'] ?? piece['inline_data'];
  if (isObject(inline))
    return media(text(inline, 'mimeType') ?? text(inline, 'mime_type') ?? 'data', text(inline, 'data'), true);
  const linked = piece['fileData'] ?? piece['file_data'];
  if (isObject(linked))
    return media(text(linked, 'mimeType') ?? 'file', text(linked, 'fileUri') ?? text(linked, 'file_uri'));
  const asked = piece['functionCall'] ?? piece['function_call'];
  if (isObject(asked)) return call(text(asked, 'name'), text(asked, 'id'), asked['args']);
  const answered = piece['functionResponse'] ?? piece['function_response'];
  if (isObject(answered))
    return result(text(answered, 'id'), text(answered, 'name'), [
      { kind: 'text', text: compact(answered['response']) },
    ]);
  const use = piece['toolUse'];
  if (isObject(use)) return call(text(use, 'name'), text(use, 'toolUseId'), use['input']);
  const used = piece['toolResult'];
  if (isObject(used)) return result(text(used, 'toolUseId'), undefined, partsOf(used['content']));
  const thought = text(piece, 'reasoningContent', 'reasoningText', 'text');
  if (thought !== undefined) return { kind: 'reasoning', text: thought };
  if (piece['json'] !== undefined) return { kind: 'text', text: compact(piece['json']) };
  for (const kind of ['image', 'document', 'video', 'audio'] as const) {
    const body = piece[kind];
    if (!isObject(body)) continue;
    const name = text(body, 'name');
    return media(
      `${kind}/${text(body, 'format') ?? '*'}${name === undefined ? '' : ` ${JSON.stringify(name)}`}`,
      text(body, 'source', 'bytes') ?? text(body, 'source', 's3Location', 'uri'),
      text(body, 'source', 'bytes') !== undefined,
    );
  }
  const code = text(piece, 'executableCode', 'code');
  if (code !== undefined) return call('code', undefined, code);
  const output = text(piece, 'codeExecutionResult', 'output');
  return output === undefined ? undefined : result(undefined, 'code', [{ kind: 'text', text: output }]);
}

function reasoningText(piece: unknown): string {
  const parts = [...list(piece, 'summary'), ...list(piece, 'content')].map(
    (part) => text(part, 'text') ?? '',
  );
  return parts.filter((part) => part !== '').join('\n') || '[not shown by the provider]';
}

export function call(name: string | undefined, id: string | undefined, args: unknown): Part {
  const written = typeof args === 'string' ? args : args === undefined ? '' : compact(args);
  return { kind: 'tool-call', name: name ?? '?', ...(id !== undefined && { id }), arguments: written };
}

export function result(id: string | undefined, name: string | undefined, parts: readonly Part[]): Part {
  return {
    kind: 'tool-result',
    ...(name !== undefined && { name }),
    ...(id !== undefined && { id }),
    parts,
  };
}

/** Anthropic's `source`: base64, a URL, a text or the id of a file. */
function sourced(kind: string, piece: unknown): Part {
  const source = at(piece, 'source');
  const type = text(source, 'media_type') ?? kind;
  const data = text(source, 'data');
  if (text(source, 'type') === 'text' && data !== undefined) return { kind: 'text', text: data };
  if (data !== undefined) return media(type, data, true);
  return media(type, text(source, 'url') ?? text(source, 'file_id'));
}

function file(piece: unknown): Part {
  const body = at(piece, 'file') ?? piece;
  const name = text(body, 'filename');
  const data = text(body, 'file_data');
  const label = name === undefined ? 'file' : `file ${JSON.stringify(name)}`;
  return media(label, data ?? text(body, 'file_id') ?? text(body, 'file_url'));
}

/** A medium by type and size when its bytes are there, else by where it lies. */
export function media(type: string, source: string | undefined, isBase64 = false): Part {
  if (source === undefined) return { kind: 'media', label: type };
  const inline = /^data:([^;,]*)[^,]*,/.exec(source);
  if (inline !== null) {
    const size = base64Size(source.slice(inline[0].length));
    return {
      kind: 'media',
      label: `${inline[1] === '' ? type : type.startsWith('file ') ? `${type}, ${inline[1]}` : inline[1]}, ${formatSize(size)}`,
    };
  }
  return {
    kind: 'media',
    label: isBase64 ? `${type}, ${formatSize(base64Size(source))}` : `${type} ${source}`,
  };
}

function base64Size(base64: string): number {
  return Math.floor((base64.replace(/=+$/, '').length * 3) / 4);
}

function other(type: string, value: unknown): Part {
  return { kind: 'other', type, json: compact(value) };
}

export function compact(value: unknown): string {
  return typeof value === 'string' ? value : writeJson(value);
}
