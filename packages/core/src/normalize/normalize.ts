import { joinChunks, type Chunk } from '../model/chunk.ts';
import { mediaType, type HeaderList } from '../model/headers.ts';
import type { Interaction, RecordedRequest, RecordedResponse } from '../model/interaction.ts';
import type { Frame } from '../model/session.ts';
import { framePayloads, isFramed, sealedEdits } from './aws-frames.ts';
import { fromByteText, toByteText } from './byte-text.ts';
import { applyEdits, applyEditsToPieces, settleEdits, type Edit } from './edits.ts';
import { idLike, isDistinctive } from './generated-id.ts';
import { isEncoded, mapHeaders, replaceHeader, withLengthChange } from './header-edits.ts';
import { anchorOf, IdMap } from './id-map.ts';
import { jsonDocuments, type Stretch } from './json-documents.ts';
import type { JsonPaths } from './json-paths.ts';
import { compilePaths, findJsonSpans } from './json-spans.ts';
import { withStableBoundary } from './multipart-boundary.ts';
import { RunSet } from './run-set.ts';
import { splitIdEdits } from './split-ids.ts';
import { volatileHeader } from './volatile-headers.ts';

/**
 * Names the rules of this folder, for the head of a cassette. To be raised with every change that gives other bytes for
 * the same recording; the rules of providers are not in it.
 */
export const normalizeRulesId = 'normalize-1';

/** What normalization needs to know of an API; a `Provider` has it. Paths as in {@link compilePaths}. */
export interface NormalizationRules {
  /** Fields whose value the server made up to name something. */
  readonly ids: readonly PathRule[];
  /** Fields that get a constant. A value of another JSON type than the constant, above all `null`, stays. */
  readonly volatile: readonly (PathRule & { readonly value: string | number | null })[];
  /** Whether the server pads JSON with blanks before its last brace. */
  readonly padsEvents?: boolean;
}

interface PathRule {
  readonly path: string;
  /** Only for URLs whose path contains this text. */
  readonly endpoint?: string;
}

export interface NormalizeOptions {
  /** The canonical key of a request: equal for requests that matching holds equal. Use one that no test changes. */
  readonly keyOf: (request: RecordedRequest) => string;
  /** The rules for a URL; `undefined` when nothing is known about it: then only headers and known ids are rewritten. */
  readonly provider: (url: string) => NormalizationRules | undefined;
}

/** Where interactions wait between the two passes of {@link eachNormalized}. */
export interface Shelf {
  add(item: ReadInteraction): void;
  /** All of them in order; each is let go when the next is taken. */
  take(): Iterable<ReadInteraction>;
}

/** An interaction and what the first pass found out about it: plain data, which a structured clone carries. */
export interface ReadInteraction {
  readonly interaction: Interaction;
  readonly reading: Reading;
}

/**
 * Takes out of a cassette what differs between two recordings of the same behaviour, so that a re-record changes no
 * line for it:
 * - ids that servers made up get values derived from the request they answer (its key, how many equal ones came before) and
 *   their place in the answer: parallel calls recorded in another order get the same. An id is rewritten wherever
 *   it stands in the cassette as a whole token, so a later request that quotes it still matches. Ids that a request brought
 *   first are the client's own and stay;
 * - volatile fields and response headers get constants;
 * - multipart boundaries become one;
 * - blanks with which a server pads its events go.
 *
 * Everything else keeps its bytes: white space, key order, number spelling, the framing of streams, the places where chunks
 * are cut. A body that cannot be read stays whole but for known ids. `content-length` follows the body; for a body that was
 * compressed it becomes the length before compression, because no other number is the same at each recording.
 *
 * Idempotent. Interactions that do not change are returned as they are, in the same order.
 */
export function normalizeInteractions(
  interactions: readonly Interaction[],
  options: NormalizeOptions,
): Interaction[] {
  return [...eachNormalized(interactions, options)];
}

/**
 * {@link normalizeInteractions}, one after the other. All are taken before the first is given.
 * @param shelf where they wait; default: in memory. Who writes a large cassette keeps them elsewhere or smaller.
 */
export function* eachNormalized(
  interactions: Iterable<Interaction>,
  options: NormalizeOptions,
  shelf: Shelf = inMemory(),
): Generator<Interaction> {
  const cassette = new CassetteIds(options);
  // Ids are learned from all answers before any answer is rewritten: an answer may mention an id before the one
  // whose rules tell that it is an id, and both have to agree.
  for (const interaction of interactions) shelf.add({ interaction, reading: cassette.read(interaction) });
  for (const { interaction, reading } of shelf.take()) yield rewrite(interaction, reading, cassette.ids);
}

function inMemory(): Shelf {
  const items: ReadInteraction[] = [];
  return { add: (item) => items.push(item), take: () => items };
}

/** How many blanks stand before the last brace of the JSON that ends at `end`. */
function paddingOf(text: string, end: number): number {
  if (text[end - 1] !== '}') return 0;
  let at = end - 1;
  while (text[at - 1] === ' ') at--;
  return end - 1 - at;
}

/** What the first pass finds out about an interaction. */
export interface Reading {
  readonly request: RecordedRequest;
  /** Absent for bodies that are not searched: images, sound. */
  readonly documents: readonly Stretch[] | undefined;
  readonly volatile: readonly Edit[];
  /** The response headers with their volatile values replaced. */
  readonly headers: HeaderList;
  /** Of a WebSocket session: the edits of volatile fields, by frame. */
  readonly frames?: readonly (readonly Edit[])[];
}

class CassetteIds {
  readonly ids = new IdMap();
  readonly #options: NormalizeOptions;
  /** Runs of letters and digits that some request had, to tell ids of the client. */
  readonly #sent = new RunSet();
  readonly #occurrences = new Map<string, number>();

  constructor(options: NormalizeOptions) {
    this.#options = options;
  }

  read(interaction: Interaction): Reading {
    const original = withStableBoundary(interaction.request);
    this.#noteSent(original);
    const request = rewriteRequest(original, this.ids);
    const { response } = interaction;
    if (response === undefined) return { request, documents: undefined, volatile: [], headers: [] };

    const key = this.#options.keyOf(request);
    const occurrence = this.#occurrences.get(key) ?? 0;
    this.#occurrences.set(key, occurrence + 1);
    const nameOf = (value: string, place: string) => idLike(value, sha256(`${key}\n${occurrence}\n${place}`));

    if (interaction.session !== undefined) {
      const frames = interaction.session.frames.map((frame, index) =>
        this.#readFrame(frame, request.url, (value, place) => nameOf(value, `frame ${index} ${place}`)),
      );
      return {
        request,
        documents: undefined,
        volatile: [],
        headers: this.#readHeaders(response.headers, nameOf),
        frames,
      };
    }

    const text = isOpaque(response) ? '' : toByteText(joinChunks(interaction.chunks));
    const documents = isFramed(response.headers) ? framePayloads(text) : jsonDocuments(text);
    const { values, volatile } = this.#readBody(text, documents, request.url);
    // Counted over all values and not only over those that are replaced, so that the count is the same when they have
    // been replaced already.
    for (const [place, value] of values.entries()) {
      if (this.#isNew(value)) this.ids.add(value, nameOf(value, `body ${place}`));
    }
    const headers = this.#readHeaders(response.headers, nameOf);
    return { request, documents: isOpaque(response) ? undefined : documents, volatile, headers };
  }

  /**
   * Unlike those of an HTTP request, ids that the client made up are rewritten too: replay compares the ids in frames by their
   * place, and a program that makes up new ones each time would change every line at each recording.
   */
  #readFrame(frame: Frame, url: string, nameOf: (value: string, place: string) => string): readonly Edit[] {
    const text = frameText(frame);
    if (text === undefined) return [];
    if (frame.from === 'client') {
      for (const [place, value] of clientIds(text).entries()) {
        if (isDistinctive(value) && this.ids.get(value) === undefined && !value.includes('[redacted'))
          this.ids.add(value, nameOf(value, `client ${place}`));
      }
      return [];
    }
    const { values, volatile } = this.#readBody(text, [{ start: 0, end: text.length }], url);
    for (const [place, value] of values.entries()) {
      if (isDistinctive(value) && this.ids.get(value) === undefined)
        this.ids.add(value, nameOf(value, `body ${place}`));
    }
    return volatile;
  }

  /** Distinct values at id paths in the order of the text, and the edits of volatile fields. */
  #readBody(
    text: string,
    documents: readonly Stretch[],
    url: string,
  ): { values: string[]; volatile: Edit[] } {
    const values = new Set<string>();
    const volatile: Edit[] = [];
    const rules = this.#options.provider(url);
    if (rules === undefined || documents.length === 0) return { values: [], volatile };
    const { paths, actions } = compile(rules, url);
    for (const { start, end } of documents) {
      for (const span of findJsonSpans(text, paths, start, end) ?? []) {
        const written = text.slice(span.start, span.end);
        const action = actions[span.rule]!;
        const constant = action.constants.find((candidate) => isSameType(written, candidate));
        if (constant !== undefined) {
          if (written !== constant) volatile.push({ start: span.start, end: span.end, text: constant });
        } else if (action.isId && written.startsWith('"') && !written.includes('\\')) {
          values.add(written.slice(1, -1));
        }
      }
      const padding = rules.padsEvents === true ? paddingOf(text, end) : 0;
      if (padding > 0) volatile.push({ start: end - 1 - padding, end: end - 1, text: '' });
    }
    return { values: [...values], volatile };
  }

  /** Ids of headers are counted by header, so that one header more or less moves no other id. */
  #readHeaders(headers: HeaderList, nameOf: (value: string, place: string) => string): HeaderList {
    const counts = new Map<string, number>();
    return mapHeaders(headers, (name, value) => {
      const rule = volatileHeader(name);
      if (rule === undefined) return value;
      if (rule !== 'id') return rule(value);
      const count = counts.get(name) ?? 0;
      counts.set(name, count + 1);
      if (value === '' || value.includes('[redacted') || this.#isSent(value)) return value;
      const known = this.ids.get(value);
      if (known !== undefined) return known;
      const replacement = nameOf(value, `header ${name} ${count}`);
      // An indistinct one is replaced here, where it is known for what it is, and nowhere else.
      if (isDistinctive(value)) this.ids.add(value, replacement);
      return replacement;
    });
  }

  #isNew(value: string): boolean {
    return isDistinctive(value) && this.ids.get(value) === undefined && !this.#isSent(value);
  }

  #isSent(value: string): boolean {
    return this.#sent.has(anchorOf(value).anchor);
  }

  #noteSent(request: RecordedRequest): void {
    this.#sent.addText(request.url);
    this.#sent.addText(toByteText(request.body));
    for (const [, value] of request.headers) this.#sent.addText(value);
  }
}

/**
 * By rules, then by which endpoints they name are in the URL. Kept for good: a provider has a handful, and each folder that is imported
 * has thousands of cassettes.
 */
const compiled = new WeakMap<NormalizationRules, Map<string, CompiledRules>>();

function compile(rules: NormalizationRules, url: string): CompiledRules {
  const path = URL.parse(url)?.pathname ?? url;
  let byEndpoints = compiled.get(rules);
  if (byEndpoints === undefined) compiled.set(rules, (byEndpoints = new Map<string, CompiledRules>()));
  const applies = ({ endpoint }: PathRule): boolean => endpoint === undefined || path.includes(endpoint);
  let key = '';
  for (const rule of rules.volatile) if (rule.endpoint !== undefined) key += applies(rule) ? '1' : '0';
  for (const rule of rules.ids) if (rule.endpoint !== undefined) key += applies(rule) ? '1' : '0';
  let known = byEndpoints.get(key);
  if (known === undefined) byEndpoints.set(key, (known = compileRules(rules, applies)));
  return known;
}

function compileRules(rules: NormalizationRules, applies: (rule: PathRule) => boolean): CompiledRules {
  const byPath = new Map<string, Action>();
  const actionAt = (path: string) => {
    const action = byPath.get(path) ?? { constants: [], isId: false };
    byPath.set(path, action);
    return action;
  };
  // Volatile fields first: where a field is both, the constant wins.
  for (const rule of rules.volatile)
    if (applies(rule)) actionAt(rule.path).constants.push(JSON.stringify(rule.value));
  for (const rule of rules.ids) if (applies(rule)) actionAt(rule.path).isId = true;
  return { paths: compilePaths([...byPath.keys()]), actions: [...byPath.values()] };
}

interface Action {
  /** JSON texts, one of each type at most. */
  readonly constants: string[];
  isId: boolean;
}

interface CompiledRules {
  readonly paths: JsonPaths;
  readonly actions: readonly Action[];
}

/** Whether two scalars as written have one JSON type; their first character tells. */
function isSameType(a: string, b: string): boolean {
  return typeOf(a) === typeOf(b);
}

function typeOf(written: string): string {
  const first = written[0]!;
  return /[-\d]/.test(first) ? 'number' : first;
}

/** Sound and pictures hold no ids, and are the largest bodies there are. */
function isOpaque(response: RecordedResponse): boolean {
  return /^(?:audio|image|video|font)\//.test(mediaType(response.headers));
}

function rewriteRequest(request: RecordedRequest, ids: IdMap): RecordedRequest {
  if (ids.size === 0) return request;
  const before = toByteText(request.body);
  const after = withIds(before, ids);
  const url = withIds(request.url, ids);
  const headers = mapHeaders(request.headers, (_, value) => withIds(value, ids));
  if (after === before && url === request.url && headers === request.headers) return request;
  return {
    ...request,
    url,
    headers: withLengthChange(headers, after.length - before.length),
    body: after === before ? request.body : fromByteText(after),
  };
}

function withIds(text: string, ids: IdMap): string {
  const edits = ids.find(text);
  return edits.length === 0 ? text : applyEdits(text, settleEdits(edits));
}

function rewrite(interaction: Interaction, reading: Reading, ids: IdMap): Interaction {
  const { response } = interaction;
  const { request } = reading;
  if (response === undefined)
    return request === interaction.request ? interaction : { ...interaction, request };
  const { session } = interaction;
  if (session !== undefined && reading.frames !== undefined) {
    const frames = rewriteFrames(session.frames, reading.frames, ids);
    const headers = mapHeaders(reading.headers, (_, value) => withIds(value, ids));
    if (request === interaction.request && frames === session.frames && headers === response.headers)
      return interaction;
    return { ...interaction, request, response: { ...response, headers }, session: { ...session, frames } };
  }
  const chunks = rewriteChunks(interaction.chunks, response.headers, reading, ids);
  const headers = withBodyLength(
    mapHeaders(reading.headers, (_, value) => withIds(value, ids)),
    interaction,
    chunks,
  );
  if (request === interaction.request && chunks === interaction.chunks && headers === response.headers)
    return interaction;
  return { ...interaction, request, response: { ...response, headers }, chunks };
}

/** The JSON of a frame as byte text; `undefined` for one that is none (sound, plain text). */
function frameText({ bytes }: Frame): string | undefined {
  return bytes[0] === 0x7b ? toByteText(bytes) : undefined;
}

/** Distinct values of the fields that name something, wherever they stand. */
function clientIds(text: string): string[] {
  const found = text.matchAll(/"(?:id|[A-Za-z_]*(?:_id|Id))"\s*:\s*"([^"\\]{1,200})"/g);
  return [...new Set(Array.from(found, ([, value]) => value!))];
}

function rewriteFrames(
  frames: readonly Frame[],
  edits: NonNullable<Reading['frames']>,
  ids: IdMap,
): readonly Frame[] {
  let changed: Frame[] | undefined;
  for (const [index, frame] of frames.entries()) {
    const text = frameText(frame);
    if (text === undefined) continue;
    const all = settleEdits([...edits[index]!, ...ids.find(text)]);
    const rewritten = all.length === 0 ? text : applyEdits(text, all);
    if (rewritten === text) continue;
    changed ??= [...frames];
    changed[index] = { ...frame, bytes: fromByteText(rewritten) };
  }
  return changed ?? frames;
}

function rewriteChunks(
  chunks: readonly Chunk[],
  headers: HeaderList,
  { documents, volatile }: Reading,
  ids: IdMap,
): readonly Chunk[] {
  if (documents === undefined || chunks.length === 0) return chunks;
  const text = toByteText(joinChunks(chunks));
  const edits = settleEdits([...volatile, ...splitIdEdits(text, documents, ids), ...ids.find(text)]);
  if (edits.length === 0) return chunks;
  const before = chunks.map(({ bytes }) => toByteText(bytes));
  const after = applyEditsToPieces(before, isFramed(headers) ? sealedEdits(text, edits) : edits);
  // In a cassette that is normalized already, ids are replaced by themselves.
  if (after.every((piece, index) => piece === before[index])) return chunks;
  return chunks.map((chunk, index) =>
    before[index] === after[index] ? chunk : { ...chunk, bytes: fromByteText(after[index]!) },
  );
}

function withBodyLength(
  headers: HeaderList,
  { chunks: before, ending }: Interaction,
  after: readonly Chunk[],
): HeaderList {
  const length = lengthOf(after);
  if (!isEncoded(headers)) return withLengthChange(headers, length - lengthOf(before));
  // What a cut answer promised cannot be known in other units than those it was promised in.
  if (ending.kind !== 'end' || length === 0) return headers;
  return replaceHeader(headers, 'content-length', () => String(length));
}

function lengthOf(chunks: readonly Chunk[]): number {
  let length = 0;
  for (const { bytes } of chunks) length += bytes.byteLength;
  return length;
}

function sha256(text: string): string {
  return process.getBuiltinModule('node:crypto').hash('sha256', text, 'hex');
}
