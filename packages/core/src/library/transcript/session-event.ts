import { at, isObject, list, text, writeJson } from '../json-reading.ts';
import { partOf, partsOf } from './parts.ts';
import type { Part, Turn } from './turn.ts';

/** What one message of a realtime session says, for people. */
export interface SessionEvent {
  /** What the API calls it: `response.create`, `toolCall`. */
  readonly name: string;
  /** More of a text that is spoken or written piece by piece, and whose. */
  readonly piece?: { readonly role: string; readonly text: string };
  /** What it says as a whole. */
  readonly turns?: readonly Turn[];
  /** Sound or pictures in it, in characters of base64. */
  readonly media?: number;
  /** Something to be shown as JSON: settings, errors, and what no rule knows. */
  readonly json?: unknown;
}

/** Reads a message of OpenAI's Realtime API or Gemini's Live API; by its shape, because gateways speak them too. */
export function readSessionEvent(value: unknown, from: 'client' | 'server'): SessionEvent | undefined {
  if (!isObject(value)) return undefined;
  const type = text(value, 'type');
  return type === undefined ? geminiEvent(value) : openAiEvent(type, value, from);
}

function openAiEvent(type: string, event: unknown, from: 'client' | 'server'): SessionEvent {
  if (from === 'client') {
    if (type === 'conversation.item.create') {
      const turn = itemTurn(at(event, 'item'));
      return turn === undefined ? { name: type, json: event } : { name: type, turns: [turn] };
    }
    const audio = text(event, 'audio');
    if (audio !== undefined) return { name: type, media: audio.length };
    const saysMore =
      isObject(event) && Object.keys(event).some((key) => key !== 'type' && key !== 'event_id');
    return saysMore ? { name: type, json: event } : { name: type };
  }
  const delta = text(event, 'delta');
  if (delta !== undefined) {
    if (/(?:text|transcript)\.delta$/.test(type)) {
      return { name: type, piece: { role: 'assistant', text: delta } };
    }
    // Arguments are shown whole when they are done.
    return /(?:^|[._])audio\.delta$/.test(type) ? { name: type, media: delta.length } : { name: type };
  }
  if (type === 'response.function_call_arguments.done') {
    const call = {
      kind: 'tool-call' as const,
      name: text(event, 'name') ?? 'a function',
      arguments: text(event, 'arguments') ?? '',
    };
    const id = text(event, 'call_id');
    return {
      name: type,
      turns: [{ role: 'assistant', parts: [{ ...call, ...(id !== undefined && { id }) }] }],
    };
  }
  if (type === 'conversation.item.input_audio_transcription.completed') {
    const transcript = text(event, 'transcript') ?? '';
    return { name: type, turns: [{ role: 'user', parts: [{ kind: 'text', text: transcript }] }] };
  }
  if (type === 'error' || !isRepetition(type)) return { name: type, json: event };
  return { name: type };
}

/** Events whose content other ones have said already, or will say. */
function isRepetition(type: string): boolean {
  return (
    /^(?:session\.(?:created|updated)|conversation\.|response\.|input_audio_buffer\.|output_audio_buffer\.|rate_limits\.)/.test(
      type,
    ) && !type.endsWith('.failed')
  );
}

function itemTurn(item: unknown): Turn | undefined {
  const type = text(item, 'type') ?? 'message';
  if (type === 'message') {
    return { role: text(item, 'role') ?? 'user', parts: list(item, 'content').map(contentPart) };
  }
  if (type === 'function_call_output') return { role: 'tool', parts: [partOf(item)] };
  return undefined;
}

function contentPart(piece: unknown): Part {
  const spoken = text(piece, 'transcript');
  if (spoken !== undefined) return { kind: 'text', text: spoken };
  const audio = text(piece, 'audio');
  return audio === undefined ? partOf(piece) : { kind: 'media', label: `audio, ${audio.length} characters` };
}

function geminiEvent(message: Readonly<Record<string, unknown>>): SessionEvent | undefined {
  const name = Object.keys(message).find((key) => key !== 'usageMetadata');
  if (name === undefined) return { name: 'usageMetadata' };
  const inside = message[name];
  switch (camelCase(name)) {
    case 'clientContent':
      return {
        name,
        turns: list(inside, 'turns').map((turn) => ({
          role: text(turn, 'role') ?? 'user',
          parts: partsOf(list(turn, 'parts')),
        })),
      };
    case 'realtimeInput': {
      const said = text(inside, 'text');
      if (said !== undefined)
        return { name, turns: [{ role: 'user', parts: [{ kind: 'text', text: said }] }] };
      const sizes = ['audio', 'video'].map((kind) => text(inside, kind, 'data')?.length ?? 0);
      const chunks = [...list(inside, 'mediaChunks'), ...list(inside, 'media_chunks')].map(
        (chunk) => text(chunk, 'data')?.length ?? 0,
      );
      const media = [...sizes, ...chunks].reduce((sum, length) => sum + length, 0);
      return media > 0 ? { name, media } : { name, json: message };
    }
    case 'toolResponse':
      return {
        name,
        turns: [
          {
            role: 'tool',
            parts: [...list(inside, 'functionResponses'), ...list(inside, 'function_responses')].map(
              (functionResponse) => partOf({ functionResponse }),
            ),
          },
        ],
      };
    case 'toolCall':
      return {
        name,
        turns: [
          {
            role: 'assistant',
            parts: list(inside, 'functionCalls').map((functionCall) => partOf({ functionCall })),
          },
        ],
      };
    case 'serverContent':
      return serverContent(inside);
    case 'setupComplete':
      return { name };
    default:
      return { name, json: message };
  }
}

/** Google reads both spellings; its Python SDK writes `client_content`. */
function camelCase(name: string): string {
  return name.replaceAll(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

function serverContent(content: unknown): SessionEvent {
  const parts = list(content, 'modelTurn', 'parts');
  const media = parts.reduce<number>((sum, part) => sum + (text(part, 'inlineData', 'data')?.length ?? 0), 0);
  const flags = ['generationComplete', 'turnComplete', 'interrupted', 'waitingForInput'].filter(
    (flag) => at(content, flag) === true,
  );
  const name = flags.join(', ') || 'serverContent';
  const heard = text(content, 'inputTranscription', 'text');
  if (heard !== undefined) return { name, piece: { role: 'user', text: heard } };
  const spoken = text(content, 'outputTranscription', 'text');
  if (spoken !== undefined) return { name, piece: { role: 'assistant', text: spoken } };
  const written = parts.map((part) => (at(part, 'thought') === true ? undefined : text(part, 'text')));
  if (parts.length > 0 && written.every((piece) => piece !== undefined)) {
    return { name, piece: { role: 'assistant', text: written.join('') } };
  }
  if (media > 0) return { name, media };
  return parts.length > 0 ? { name, turns: [{ role: 'assistant', parts: partsOf(parts) }] } : { name };
}

/** JSON on one line, its sound by size. */
export function briefJson(value: unknown, longest: number): string {
  const whole = writeJson(value).replaceAll(
    /"([A-Za-z0-9+/]{200,}={0,2})"/g,
    (_, base64: string) => `"[${base64.length} characters of base64]"`,
  );
  return whole.length > longest ? `${whole.slice(0, longest)}…` : whole;
}
