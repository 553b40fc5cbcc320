import { isUtf8 } from 'node:buffer';
import { compareJson } from '../../matching/explain/compare-json.ts';
import { align } from '../../matching/explain/align.ts';
import { jsonPath } from '../../matching/explain/llm-terms.ts';
import { diffText, type DiffMarks } from '../../matching/explain/text-diff.ts';
import { joinChunks } from '../../model/chunk.ts';
import type { HeaderList } from '../../model/headers.ts';
import type { Interaction } from '../../model/interaction.ts';
import { digest } from '../../normalize/digest.ts';
import { findProvider } from '../../providers/index.ts';
import { readResponse } from '../../providers/readable.ts';
import { compact } from '../transcript/parts.ts';
import { readLlmAnswer } from '../transcript/read-answer.ts';
import type { Part, ReadableAnswer } from '../transcript/turn.ts';
import type { CassetteDifference } from './difference.ts';

/** What differs in two answers, in words; volatile headers and the places where a stream is cut come last. */
export function compareAnswers(
  before: Interaction,
  after: Interaction,
  redactText: (text: string) => string,
  marks: DiffMarks,
): CassetteDifference[] {
  const writer = new Differences(redactText, marks);
  writer.value('status', 'status', statusOf(before), statusOf(after));
  writer.value('ending', 'ending', endingOf(before), endingOf(after));
  const said = [readLlmAnswer(before), readLlmAnswer(after)] as const;
  if (said[0] !== undefined && said[1] !== undefined) {
    compareReadable(said[0], said[1], writer);
    compareUsage(before, after, writer);
  } else compareBodies(before, after, writer);
  compareSessions(before, after, writer);
  compareHeaders(before.response?.headers ?? [], after.response?.headers ?? [], writer);
  if (writer.found.length === 0) compareBytes(before, after, writer);
  return writer.found;
}

class Differences {
  readonly found: CassetteDifference[] = [];
  readonly #redact: (text: string) => string;
  readonly #marks: DiffMarks;

  constructor(redact: (text: string) => string, marks: DiffMarks) {
    this.#redact = redact;
    this.#marks = marks;
  }

  /** Texts to be read, compared word by word. */
  text(part: string, path: string, before: string | undefined, after: string | undefined): void {
    if (before === after) return;
    if (before === undefined || after === undefined) {
      this.value(part, path, before, after);
      return;
    }
    const lines = diffText(before, after, this.#redact, this.#marks).map((line) => `    ${line}`);
    this.#add(part, path, before, after, [`~ ${this.#redact(part)}:`, ...lines]);
  }

  /** Short values; `undefined` is one that is not there. */
  value(part: string, path: string, before: string | undefined, after: string | undefined): void {
    if (before === after) return;
    const name = this.#redact(part);
    const shown = [before, after].map((value) => value && shorten(this.#redact(value)));
    const line =
      before === undefined
        ? this.#marks.addedLine(`${name}: ${shown[1]} (new)`)
        : after === undefined
          ? this.#marks.removedLine(`${name}: ${shown[0]} (gone)`)
          : `~ ${name}: ${shown[0]} → ${shown[1]}`;
    this.#add(part, path, before, after, [line]);
  }

  #add(
    part: string,
    path: string,
    before: string | undefined,
    after: string | undefined,
    lines: readonly string[],
  ): void {
    this.found.push({
      side: 'answer',
      kind: before === undefined ? 'added' : after === undefined ? 'removed' : 'changed',
      part: this.#redact(part),
      path,
      ...(before !== undefined && { before: shorten(this.#redact(before)) }),
      ...(after !== undefined && { after: shorten(this.#redact(after)) }),
      lines,
    });
  }
}

const longest = 160;

function shorten(text: string): string {
  return text.length > longest ? `${text.slice(0, longest)}…` : text;
}

function statusOf({ response }: Interaction): string {
  return response === undefined ? 'no answer' : String(response.status);
}

function endingOf({ ending }: Interaction): string {
  if (ending.kind === 'end') return 'whole';
  return `cut by ${ending.by}${ending.code === undefined ? '' : ` (${ending.code})`}`;
}

function compareReadable(before: ReadableAnswer, after: ReadableAnswer, writer: Differences): void {
  const many = Math.max(before.turns.length, after.turns.length) > 1;
  for (let index = 0; index < Math.max(before.turns.length, after.turns.length); index++) {
    const where = many ? ` of choice ${index + 1}` : '';
    const [old, now] = [before.turns[index]?.parts ?? [], after.turns[index]?.parts ?? []];
    compareParts(old, now, where, writer);
  }
  writer.text('error', 'error', before.error, after.error);
  writer.value(
    'finish reason',
    'finish',
    before.finish.join(', ') || undefined,
    after.finish.join(', ') || undefined,
  );
  writer.value('vectors', 'vectors', vectorsOf(before), vectorsOf(after));
}

function vectorsOf({ vectors }: ReadableAnswer): string | undefined {
  return vectors && `${vectors.count} of ${vectors.dimensions} dimensions`;
}

/** Calls are paired by tool, so that one more call is no change of all that follow. */
function compareParts(
  before: readonly Part[],
  after: readonly Part[],
  where: string,
  writer: Differences,
): void {
  const keyed = (parts: readonly Part[]): unknown[] =>
    parts.map((part) => ({
      type: part.kind,
      ...('name' in part && { name: part.name }),
      body: bodyOf(part),
    }));
  for (const { recorded, incoming } of align(keyed(before), keyed(after), false)) {
    const old = recorded === undefined ? undefined : before[recorded];
    const now = incoming === undefined ? undefined : after[incoming];
    const part = (now ?? old)!;
    const path = `answer.${part.kind}`;
    const [from, to] = [old && bodyOf(old), now && bodyOf(now)];
    if (part.kind === 'text' || part.kind === 'reasoning' || part.kind === 'refusal')
      writer.text(`${part.kind === 'text' ? 'answer' : part.kind}${where}`, path, from, to);
    else writer.text(`${nameOf(part)}${where}`, path, from, to);
  }
}

function nameOf(part: Part): string {
  if (part.kind === 'tool-call') return `call of tool "${part.name}"`;
  return part.kind === 'media' ? 'media' : part.kind === 'other' ? part.type : 'tool result';
}

/** Ids of calls are left out: normalization makes them follow from the request. */
function bodyOf(part: Part): string {
  switch (part.kind) {
    case 'text':
    case 'reasoning':
    case 'refusal':
      return part.text;
    case 'tool-call':
      return part.arguments;
    case 'tool-result':
      return part.parts.map((inner) => bodyOf(inner)).join('\n');
    case 'media':
      return part.label;
    case 'other':
      return part.json;
    default:
      return part satisfies never;
  }
}

function compareUsage(before: Interaction, after: Interaction, writer: Differences): void {
  const tokensOf = (interaction: Interaction): string | undefined => {
    const usage = findProvider(interaction.request.url)?.usage(readResponse(interaction));
    return usage && `${usage.inputTokens} in, ${usage.outputTokens} out`;
  };
  const modelOf = (interaction: Interaction): string | undefined =>
    findProvider(interaction.request.url)?.usage(readResponse(interaction))?.model;
  writer.value('model that answered', 'model', modelOf(before), modelOf(after));
  writer.value('tokens', 'usage', tokensOf(before), tokensOf(after));
}

const mostPlaces = 20;

function compareBodies(before: Interaction, after: Interaction, writer: Differences): void {
  const [old, now] = [readResponse(before), readResponse(after)];
  const documents = [
    old.json ?? old.events?.map(({ data }) => data),
    now.json ?? now.events?.map(({ data }) => data),
  ];
  if (documents[0] !== undefined && documents[1] !== undefined) {
    const changes = compareJson(documents[0], documents[1]);
    for (const { kind, path, recorded, incoming } of changes.slice(0, mostPlaces)) {
      const place = jsonPath(path);
      const from = kind === 'added' ? undefined : compact(recorded);
      const to = kind === 'removed' ? undefined : compact(incoming);
      if (typeof recorded === 'string' && typeof incoming === 'string')
        writer.text(`body at ${place}`, place, from, to);
      else writer.value(`body at ${place}`, place, from, to);
    }
    if (changes.length > mostPlaces)
      writer.value('body', 'body', undefined, `and ${changes.length - mostPlaces} more places`);
    return;
  }
  const bodies = [joinChunks(before.chunks), joinChunks(after.chunks)] as const;
  if (Buffer.compare(bodies[0], bodies[1]) === 0) return;
  const texts = bodies.map((bytes) => Buffer.from(bytes).toString('utf8'));
  const isText = texts.every((text) => !/[\0\uFFFD]/.test(text));
  if (isText) writer.text('body', 'body', texts[0], texts[1]);
  else writer.value('body', 'body', `${bodies[0].byteLength} bytes`, `${bodies[1].byteLength} other bytes`);
}

function compareSessions(before: Interaction, after: Interaction, writer: Differences): void {
  const framesOf = ({ session }: Interaction): string[] =>
    (session?.frames ?? []).map(
      ({ from, bytes, isBinary }) =>
        `${from} ${isBinary && !isUtf8(bytes) ? soundOf(bytes) : withoutSound(Buffer.from(bytes).toString('utf8'))}`,
    );
  const [old, now] = [framesOf(before), framesOf(after)];
  for (const { recorded, incoming } of align(old, now, false).slice(0, 1_000)) {
    const from = recorded === undefined ? undefined : old[recorded];
    const to = incoming === undefined ? undefined : now[incoming];
    const number = (incoming ?? recorded)! + 1;
    writer.text(`message ${number}`, `frames[${number - 1}]`, from, to);
  }
}

/** Sound is compared by size and hash: nobody reads it. */
function withoutSound(text: string): string {
  return text.replaceAll(
    /"([A-Za-z0-9+/]{200,}={0,2})"/g,
    (_, base64: string) => `"${soundOf(Buffer.from(base64, 'base64'))}"`,
  );
}

function soundOf(bytes: Uint8Array): string {
  return `[${bytes.byteLength} bytes, ${digest(bytes).slice(0, 12)}]`;
}

/** Names only that say something of the answer; what changes with each call has a constant on tape. */
function compareHeaders(before: HeaderList, after: HeaderList, writer: Differences): void {
  const names = new Set([...before, ...after].map(([name]) => name.toLowerCase()));
  for (const name of names) {
    if (name === 'content-length') continue;
    const valueIn = (headers: HeaderList): string | undefined => {
      const values = headers.filter(([other]) => other.toLowerCase() === name).map(([, value]) => value);
      return values.length === 0 ? undefined : values.join(', ');
    };
    writer.value(`header ${name}`, `header:${name}`, valueIn(before), valueIn(after));
  }
}

/** The same to a reader, and not the same bytes. */
function compareBytes(before: Interaction, after: Interaction, writer: Differences): void {
  if (Buffer.compare(joinChunks(before.chunks), joinChunks(after.chunks)) !== 0) {
    writer.value('bytes of the body', 'body', sizeOf(before), `${sizeOf(after)}, which read the same`);
  } else if (before.chunks.length !== after.chunks.length) {
    writer.value('pieces of the stream', 'chunks', String(before.chunks.length), String(after.chunks.length));
  }
}

function sizeOf({ chunks }: Interaction): string {
  return `${chunks.reduce((sum, { bytes }) => sum + bytes.byteLength, 0)} bytes`;
}
