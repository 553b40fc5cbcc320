import { joinChunks } from '../../model/chunk.ts';
import { mediaType } from '../../model/headers.ts';
import type { Interaction } from '../../model/interaction.ts';
import { readResponse } from '../../providers/readable.ts';
import { at, isObject, list, parseJson, text, writeJson } from '../json-reading.ts';
import { readEventStream } from './event-stream.ts';
import { partsOf } from './parts.ts';
import { turnOf } from './read-request.ts';
import { readResponseObject } from './response-object.ts';
import { joinAnthropic } from './streams/anthropic.ts';
import { joinBedrock } from './streams/bedrock.ts';
import { joinChat } from './streams/chat.ts';
import { joinCohere } from './streams/cohere.ts';
import { joinGemini } from './streams/gemini.ts';
import { joinOllama } from './streams/ollama.ts';
import { joinPlain, plainText } from './streams/plain.ts';
import { joinResponses } from './streams/responses.ts';
import type { ReadableAnswer } from './turn.ts';

/** Reads the answer of an LLM API, streams put together; `undefined` when it is none that is known. */
export function readLlmAnswer(interaction: Interaction): ReadableAnswer | undefined {
  const { response } = interaction;
  if (response === undefined || interaction.session !== undefined) return undefined;
  if (mediaType(response.headers) === 'application/vnd.amazon.eventstream')
    return joinEvents(bedrockEvents(joinChunks(interaction.chunks)));
  const { json, events } = readResponse(interaction);
  if (json !== undefined) return readDocument(json, response.status);
  if (events === undefined) return undefined;
  return joinEvents(
    events.map(({ event, data }) =>
      event !== undefined && isObject(data) ? { type: event, ...data } : data,
    ),
  );
}

/** Claude and others on Bedrock wrap their own events in base64; Converse has the kind of an event in a header. */
function bedrockEvents(bytes: Uint8Array): unknown[] {
  return readEventStream(bytes).map(({ type, payload }) => {
    const data = parseJson(Buffer.from(payload).toString('utf8'));
    const wrapped = text(data, 'bytes');
    if (wrapped !== undefined) return parseJson(Buffer.from(wrapped, 'base64').toString('utf8'));
    return { bedrock: type, data };
  });
}

function joinEvents(events: readonly unknown[]): ReadableAnswer | undefined {
  const join = joiners.find(({ is }) => events.some((event) => isObject(event) && is(event)));
  const answer = join?.join(events);
  const error = events.map((event) => errorOf(event)).find((message) => message !== undefined);
  if (answer === undefined) return error === undefined ? undefined : { turns: [], finish: [], error };
  return error === undefined ? answer : { ...answer, error };
}

interface Joiner {
  is(event: Readonly<Record<string, unknown>>): boolean;
  join(events: readonly unknown[]): ReadableAnswer;
}

const joiners: readonly Joiner[] = [
  { is: (event) => Array.isArray(event['choices']), join: joinChat },
  { is: ({ type }) => typeof type === 'string' && type.startsWith('response.'), join: joinResponses },
  { is: ({ type }) => type === 'message_start' || type === 'content_block_delta', join: joinAnthropic },
  { is: (event) => 'candidates' in event || 'usageMetadata' in event, join: joinGemini },
  { is: (event) => 'bedrock' in event, join: joinBedrock },
  { is: ({ type }) => type === 'message-start' || type === 'content-delta', join: joinCohere },
  { is: (event) => typeof event['done'] === 'boolean', join: joinOllama },
  { is: (event) => plainText(event) !== undefined, join: joinPlain },
];

function readDocument(json: unknown, status: number): ReadableAnswer | undefined {
  const error =
    errorOf(json) ?? (status >= 400 ? (text(json, 'message') ?? text(json, 'detail')) : undefined);
  if (error !== undefined) return { turns: [], finish: [], error };
  const choices = list(json, 'choices');
  if (choices.length > 0) {
    return {
      turns: choices.map((choice) => {
        const message = at(choice, 'message');
        return message === undefined
          ? { role: 'assistant', parts: partsOf(text(choice, 'text')) }
          : turnOf(isObject(message) ? { role: 'assistant', ...message } : message);
      }),
      finish: choices.flatMap((choice) => text(choice, 'finish_reason') ?? []),
    };
  }
  return (
    readVectors(json) ??
    readResponseObject(json) ??
    readMessage(json) ??
    readCandidates(json) ??
    readOllama(json) ??
    readInvoke(json)
  );
}

/** Anthropic's messages, Bedrock's Converse, Cohere's second chat. */
function readMessage(json: unknown): ReadableAnswer | undefined {
  if (text(json, 'type') === 'message' && Array.isArray(at(json, 'content'))) {
    return { turns: [turnOf(json)], finish: listed(text(json, 'stop_reason')) };
  }
  const said = at(json, 'output', 'message');
  if (isObject(said)) return { turns: [turnOf(said)], finish: listed(text(json, 'stopReason')) };
  const message = at(json, 'message');
  if (isObject(message) && text(message, 'role') !== undefined && at(json, 'done') === undefined)
    return { turns: [turnOf(message)], finish: listed(text(json, 'finish_reason')) };
  return undefined;
}

function readCandidates(json: unknown): ReadableAnswer | undefined {
  if (!Array.isArray(at(json, 'candidates')) && at(json, 'promptFeedback') === undefined) return undefined;
  return joinGemini([json]);
}

function readOllama(json: unknown): ReadableAnswer | undefined {
  return typeof at(json, 'done') === 'boolean' ? joinOllama([json]) : undefined;
}

/** Bodies of Bedrock's InvokeModel: Llama, Titan, Mistral, Cohere. */
function readInvoke(json: unknown): ReadableAnswer | undefined {
  const words =
    text(json, 'generation') ??
    text(list(json, 'results')[0], 'outputText') ??
    text(list(json, 'outputs')[0], 'text') ??
    text(list(json, 'generations')[0], 'text') ??
    text(json, 'completion') ??
    // Cohere's first chat.
    (text(json, 'generation_id') === undefined ? undefined : text(json, 'text'));
  if (words === undefined) return undefined;
  const finish =
    text(json, 'stop_reason') ??
    text(json, 'finish_reason') ??
    text(list(json, 'results')[0], 'completionReason');
  return { turns: [{ role: 'assistant', parts: partsOf(words) }], finish: listed(finish) };
}

function readVectors(json: unknown): ReadableAnswer | undefined {
  const groups: readonly unknown[][] = [
    list(json, 'data').map((item) => at(item, 'embedding')),
    list(json, 'embeddings').map((item) => at(item, 'values') ?? item),
    list(json, 'embeddings', 'float').slice(),
    [at(json, 'embedding', 'values') ?? at(json, 'embedding')],
  ];
  for (const vectors of groups) {
    const [first] = vectors;
    const dimensions = Array.isArray(first)
      ? first.length
      : typeof first === 'string' && /^[A-Za-z0-9+/]{8,}=*$/.test(first)
        ? Math.floor((first.replace(/=+$/, '').length * 3) / 16) // base64 of 32-bit floats
        : 0;
    if (dimensions > 0) return { turns: [], finish: [], vectors: { count: vectors.length, dimensions } };
  }
  return undefined;
}

/** The message of an error, in whatever shape. */
export function errorOf(json: unknown): string | undefined {
  const error = at(json, 'error') ?? (Array.isArray(json) ? at(json[0], 'error') : undefined);
  if (typeof error === 'string' && error !== '') return error;
  if (!isObject(error)) return undefined;
  const message = text(error, 'message') ?? writeJson(error);
  const type = text(error, 'type') ?? text(error, 'status');
  return type === undefined || type === 'error' ? message : `${type}: ${message}`;
}

function listed(reason: string | undefined): string[] {
  return reason === undefined ? [] : [reason];
}
