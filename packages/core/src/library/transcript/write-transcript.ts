import { openCassette, type CassetteTape } from '../../cassette/tape.ts';
import { isReelError } from '../../errors.ts';
import { joinChunks } from '../../model/chunk.ts';
import { headerValue, mediaType } from '../../model/headers.ts';
import type { Interaction } from '../../model/interaction.ts';
import { findProvider } from '../../providers/index.ts';
import type { Usage } from '../../providers/provider.ts';
import { readResponse } from '../../providers/readable.ts';
import { sessionUsage } from '../../providers/session-usage.ts';
import type { CassetteContent } from '../files/cassette-file.ts';
import { isObject, parseJson, writeJson } from '../json-reading.ts';
import { formatSize } from '../size.ts';
import { withoutMissingBlobs } from './missing-blobs.ts';
import { readLlmAnswer } from './read-answer.ts';
import { readLlmRequest } from './read-request.ts';
import { sessionLines } from './session-lines.ts';
import type { ReadableAnswer, ReadableRequest } from './turn.ts';
import { indented, turnLines } from './turn-lines.ts';

export interface TranscriptOptions {
  /** Numbers of the interactions to show, from 1. Default: all. */
  readonly only?: ReadonlySet<number> | undefined;
  /** Headers too, and bodies as they are. Default `false`. */
  readonly raw?: boolean | undefined;
}

/**
 * A cassette as text for people, line by line: who said what, tools, calls and results, streams joined, images by size. The same cassette
 * gives the same text everywhere, so that git can compare it.
 * @throws REEL_CASSETTE_DAMAGED and the like, before the first line or, in large cassettes, on the way.
 */
export function* transcriptLines(
  content: CassetteContent,
  options: TranscriptOptions = {},
): Generator<string> {
  const tape = openCassette(withoutMissingBlobs(content));
  const { header, size } = tape;
  yield `${header.name}`;
  yield `recorded ${header.recordedAt} by ${header.by}, ${size} interaction${size === 1 ? '' : 's'}`;
  for (let index = 0; index < size; index++) {
    if (options.only?.has(index + 1) === false) continue;
    yield '';
    yield* interactionLines(index + 1, tape.interactionAt(index), options.raw === true);
  }
}

/** What a transcript is made of, for programs. Bodies that no rule knows are left out: the cassette has them. */
export interface Transcript {
  readonly name: string;
  readonly recordedAt: string;
  readonly by: string;
  readonly interactions: readonly TranscriptEntry[];
}

export interface TranscriptEntry {
  /** From 1. */
  readonly number: number;
  readonly method: string;
  readonly url: string;
  readonly provider?: string;
  readonly status?: number;
  /** Pieces of a streamed body; absent for a body in one piece. */
  readonly chunks?: number;
  readonly request?: ReadableRequest;
  readonly answer?: ReadableAnswer;
  readonly usage?: Usage;
  readonly ending: Interaction['ending'];
}

export function readTranscript(content: CassetteContent, { only }: TranscriptOptions = {}): Transcript {
  const tape = openCassette(withoutMissingBlobs(content));
  const { name, recordedAt, by } = tape.header;
  return { name, recordedAt, by, interactions: entriesOf(tape, only) };
}

function entriesOf(tape: CassetteTape, only: ReadonlySet<number> | undefined): TranscriptEntry[] {
  const entries: TranscriptEntry[] = [];
  for (let index = 0; index < tape.size; index++)
    if (only?.has(index + 1) !== false) entries.push(entryOf(index + 1, tape.interactionAt(index)));
  return entries;
}

/** Reads one interaction as {@link TranscriptEntry}. */
export function entryOf(number: number, interaction: Interaction): TranscriptEntry {
  const { request, response, chunks, ending } = interaction;
  const provider = findProvider(request.url);
  const asked = readLlmRequest(request.url, parseJson(utf8(request.body)));
  const answer = readLlmAnswer(interaction);
  const usage = response === undefined ? undefined : provider?.usage(readResponse(interaction));
  return {
    number,
    method: request.method,
    url: request.url,
    ...(provider !== undefined && { provider: provider.id }),
    ...(response !== undefined && { status: response.status }),
    ...(chunks.length > 1 && { chunks: chunks.length }),
    ...(asked !== undefined && { request: asked }),
    ...(answer !== undefined && { answer }),
    ...(usage !== undefined && { usage }),
    ending,
  };
}

function* interactionLines(number: number, interaction: Interaction, raw: boolean): Generator<string> {
  const entry = entryOf(number, interaction);
  const { request, response } = interaction;
  yield `━━ ${number} ━━ ${[`${request.method} ${request.url}`, ...factsOf(entry, interaction)].join(' · ')}`;
  if (interaction.session !== undefined) {
    if (raw) {
      yield* headerLines('>', request.headers);
      yield* headerLines('<', response?.headers ?? []);
    }
    yield* sessionLines(interaction.session, raw);
    for (const usage of sessionUsage(interaction.session, request.url)) yield usageLine(usage);
    return;
  }
  if (raw) yield* headerLines('>', request.headers);
  if (!raw && entry.request !== undefined) yield* requestLines(entry.request);
  else yield* bodyLines(request.body, headerValue(request.headers, 'content-type') ?? '', 'request', raw);
  if (response !== undefined) {
    if (raw) yield* headerLines('<', response.headers);
    if (!raw && entry.answer !== undefined) yield* answerLines(entry.answer);
    else yield* bodyLines(joinChunks(interaction.chunks), mediaType(response.headers), 'response', raw);
  }
  yield* closingLines(entry, interaction);
}

function factsOf({ status, chunks }: TranscriptEntry, { session, response }: Interaction): string[] {
  if (session !== undefined) return [`WebSocket, ${session.frames.length} messages`];
  return [
    status === undefined
      ? 'no answer'
      : `${status}${response?.statusText === undefined ? '' : ` ${response.statusText}`}`,
    ...(chunks === undefined ? [] : [`streamed in ${chunks} pieces`]),
  ];
}

function usageLine(usage: Omit<Usage, 'model'>): string {
  const parts: readonly (readonly [number | undefined, string])[] = [
    [usage.cachedInputTokens, 'cached'],
    [usage.reasoningTokens, 'reasoning'],
    [usage.audioInputTokens, 'of sound heard'],
    [usage.audioOutputTokens, 'of sound spoken'],
  ];
  const more = parts.flatMap(([count, what]) => (count ? [`${count} ${what}`] : []));
  return `tokens: ${usage.inputTokens} in, ${usage.outputTokens} out${more.length > 0 ? ` (${more.join(', ')})` : ''}`;
}

function* headerLines(sign: string, headers: Interaction['request']['headers']): Generator<string> {
  for (const [name, value] of headers) yield `${sign} ${name}: ${value}`;
}

function* requestLines({ model, settings, tools, turns, inputs }: ReadableRequest): Generator<string> {
  if (model !== undefined) yield `model: ${model}`;
  for (const [name, value] of settings) yield `${name}: ${value}`;
  for (const { name, description, parameters } of tools) {
    const says = description === undefined ? '' : `  ${description.split('\n', 1)[0]!.slice(0, 100)}`;
    yield `tool: ${name}(${parameters.join(', ')})${says}`;
  }
  for (const turn of turns) yield* turnLines(turn);
  if (inputs.length > 0) yield '';
  for (const input of inputs) yield* indented(`input: ${input}`);
}

function* answerLines({ turns, finish, vectors, error }: ReadableAnswer): Generator<string> {
  yield '';
  yield '── answer';
  for (const turn of turns) yield* turnLines(turn, false);
  if (vectors !== undefined)
    yield `${vectors.count} vector${vectors.count === 1 ? '' : 's'} of ${vectors.dimensions} dimensions`;
  if (error !== undefined) yield* indented(`error: ${error}`);
  if (finish.length > 0) yield `finish: ${finish.join(', ')}`;
}

function* closingLines({ usage, number }: TranscriptEntry, { ending }: Interaction): Generator<string> {
  if (usage !== undefined) yield usageLine(usage);
  if (ending.kind === 'aborted') {
    const why = [ending.code, ending.message].filter((part) => part !== undefined).join(': ');
    yield `✂ interaction ${number} was cut by ${ending.by === 'client' ? 'the client' : 'network or server'}${why === '' ? '' : ` (${why})`}`;
  }
}

function* bodyLines(bytes: Uint8Array, type: string, whose: string, raw: boolean): Generator<string> {
  if (bytes.byteLength === 0) return;
  yield '';
  const text = utf8(bytes);
  if (/^(?:image|audio|video|font)\//.test(type) || text.includes('\uFFFD') || text.includes('\0')) {
    yield `[${whose}: ${type === '' ? 'binary' : type}, ${formatSize(bytes.byteLength)}]`;
    return;
  }
  const value = raw ? undefined : parseJson(text);
  yield `── ${whose}`;
  yield* (isObject(value) || Array.isArray(value) ? writeJson(value, 2) : text.replace(/\n$/, '')).split(
    '\n',
  );
}

function utf8(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
}

/** The text that a cassette which cannot be read is shown as: why, and what the file holds. */
export function* damagedLines(content: CassetteContent, error: unknown): Generator<string> {
  if (!isReelError(error)) throw error;
  yield `! ${error.code}: ${error.what.split('\n', 1)[0]!} Shown as it is.`;
  yield* utf8(content.bytes).replace(/\n$/, '').split('\n');
}
