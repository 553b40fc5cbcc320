import type { Interaction, RecordedRequest, RecordedResponse, Ending } from '../model/interaction.ts';
import type { Chunk } from '../model/chunk.ts';
import type { Frame, Session, SessionEnd } from '../model/session.ts';
import { mediaType, type HeaderList } from '../model/headers.ts';
import { type BodyOptions, encodeBody, encodeFrame, encodeVerbatim } from './body.ts';
import type { CassetteFiles } from './store.ts';

/** Version of the cassette format this package writes. Every earlier one stays readable, see `migrations/`. */
export const FORMAT_VERSION = 1;

/** First line of a cassette. */
export interface CassetteHeader {
  /** Format version. */
  readonly reel: typeof FORMAT_VERSION;
  /** What the cassette is of, for people: usually the test file and the title. Never used to find anything. */
  readonly name: string;
  /** UTC, whole seconds: `2026-11-20T10:00:00Z`. */
  readonly recordedAt: string;
  /** Package and version that wrote the file: `@reel/core 0.1.0`. */
  readonly by: string;
  /** Id of the redaction and normalization rules that were applied. */
  readonly rules: string;
}

export interface EncodeOptions {
  /**
   * Size in bytes above which a body that is neither JSON nor text goes to a file of its own. Default 65536 for a
   * cassette; a single interaction stays whole, because a journal is one file.
   */
  readonly blobAbove?: number;
  /** Keep the arrival times of chunks. Default `false`; give `true` to write a tape again without loss. */
  readonly timing?: boolean;
  /** Keep JSON bodies as text: half the work, for a journal that nobody reviews. Decodes to the same. Default `false`. */
  readonly verbatim?: boolean;
}

const BLOB_ABOVE = 65_536;

/** Writes a whole cassette. The same input gives the same bytes. */
export function encodeCassette(
  header: CassetteHeader,
  interactions: readonly Interaction[],
  { blobAbove = BLOB_ABOVE, timing = false }: EncodeOptions = {},
): CassetteFiles {
  const pieces = [encodeHeader(header)];
  const blobs = new Map<string, Uint8Array>();
  interactions.forEach((interaction, index) => {
    const encoded = encodeInteraction(index + 1, interaction, { blobAbove, timing });
    pieces.push(encoded.bytes);
    for (const [hash, blob] of encoded.blobs) blobs.set(hash, blob);
  });
  return { bytes: Buffer.concat(pieces), blobs };
}

/** The header line. */
export function encodeHeader({ reel, name, recordedAt, by, rules }: CassetteHeader): Uint8Array {
  return toBytes([JSON.stringify({ reel, name, recordedAt, by, rules })]);
}

/**
 * The lines of one interaction. `number` counts from 1 in the order of the cassette; the lines are the same whether they
 * go to a cassette or a journal.
 */
export function encodeInteraction(
  number: number,
  interaction: Interaction,
  { blobAbove = Number.POSITIVE_INFINITY, timing = false, verbatim = false }: EncodeOptions = {},
): CassetteFiles {
  const { request, response, chunks, ending } = interaction;
  if (response === undefined && chunks.length > 0) {
    throw new TypeError('an interaction without a response cannot have chunks');
  }
  const blobs = new Map<string, Uint8Array>();
  const options: BodyOptions = { blobAbove, blobs, verbatim };
  if (interaction.session !== undefined)
    return { bytes: toBytes(sessionLines(number, interaction, interaction.session, timing, options)), blobs };
  const lines = [requestLine(number, request, options)];
  if (response !== undefined) {
    const inline = inlineBody(response, chunks, timing);
    lines.push(responseLine(number, response, inline, options));
    if (inline === undefined)
      for (const chunk of chunks) lines.push(chunkLine(number, chunk, timing, options));
  }
  lines.push(endingLine(number, ending));
  return { bytes: toBytes(lines), blobs };
}

function requestLine(number: number, request: RecordedRequest, options: BodyOptions): string {
  const { method, url, headers, body } = request;
  return (
    `{"request":${number},"method":${JSON.stringify(method)},"url":${JSON.stringify(url)}${headerField(headers)}` +
    `${body.byteLength === 0 ? '' : encodeBody(body, options)}}`
  );
}

function responseLine(
  number: number,
  { status, statusText, headers }: RecordedResponse,
  body: Uint8Array | undefined,
  options: BodyOptions,
): string {
  return (
    `{"response":${number},"status":${status}` +
    `${statusText === undefined ? '' : `,"statusText":${JSON.stringify(statusText)}`}${headerField(headers)}` +
    `${body === undefined ? '' : encodeBody(body, options)}}`
  );
}

function chunkLine(number: number, { bytes, at }: Chunk, timing: boolean, options: BodyOptions): string {
  const time = timing && at !== undefined && Number.isFinite(at) ? `,"at":${at}` : '';
  return `{"chunk":${number}${time}${encodeVerbatim(bytes, options)}}`;
}

function endingLine(number: number, ending: Ending): string {
  if (ending.kind === 'end') return `{"end":${number}${headerField(ending.trailers ?? [], 'trailers')}}`;
  const { by, code, message } = ending;
  return (
    `{"aborted":${number},"by":"${by}"${code === undefined ? '' : `,"code":${JSON.stringify(code)}`}` +
    `${message === undefined ? '' : `,"message":${JSON.stringify(message)}`}}`
  );
}

function sessionLines(
  number: number,
  { request, response }: Interaction,
  { frames, end }: Session,
  timing: boolean,
  options: BodyOptions,
): string[] {
  return [
    `{"socket":${number},"url":${JSON.stringify(request.url)}${headerField(request.headers)}` +
      `${headerField(response?.headers ?? [], 'accepted')}}`,
    ...frames.map((frame) => frameLine(number, frame, timing, options)),
    closedLine(number, end),
  ];
}

function frameLine(
  number: number,
  { from, bytes, isBinary, at }: Frame,
  timing: boolean,
  options: BodyOptions,
): string {
  const time = timing && at !== undefined && Number.isFinite(at) ? `,"at":${at}` : '';
  return (
    `{"${from === 'client' ? 'sent' : 'received'}":${number}${time}${isBinary ? ',"binary":true' : ''}` +
    `${encodeFrame(bytes, options)}}`
  );
}

function closedLine(number: number, end: SessionEnd): string {
  const code = end.code === undefined ? '' : `,"code":${JSON.stringify(end.code)}`;
  const detail =
    end.kind === 'cut'
      ? ',"cut":true'
      : end.reason === undefined
        ? ''
        : `,"reason":${JSON.stringify(end.reason)}`;
  return `{"closed":${number},"by":"${end.by}"${code}${detail}}`;
}

function headerField(headers: HeaderList, key = 'headers'): string {
  return headers.length === 0 ? '' : `,"${key}":${JSON.stringify(headers)}`;
}

/** Media types whose body is a sequence: always one line per piece, even when there is only one. */
const streamTypes = new Set([
  'text/event-stream',
  'application/x-ndjson',
  'application/jsonl',
  'application/stream+json',
  'application/vnd.amazon.eventstream',
]);

function inlineBody(
  response: RecordedResponse,
  chunks: readonly Chunk[],
  timing: boolean,
): Uint8Array | undefined {
  const [only] = chunks;
  if (only === undefined || chunks.length > 1 || (timing && only.at !== undefined)) return undefined;
  return streamTypes.has(mediaType(response.headers)) ? undefined : only.bytes;
}

// Characters that do not show, or that change how the rest of the line shows: controls, bidirectional overrides (a
// reviewer must see what is there), and the line separators that some editors break a line at. They only ever stand
// inside strings, where JSON lets them be escaped.
const HIDDEN = /[\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g;

function toBytes(lines: readonly string[]): Uint8Array {
  const text = `${lines.join('\n')}\n`;
  const bytes = Buffer.from(text, 'utf8');
  // In ASCII there is one hidden character, and looking for it alone is a tenth of the work.
  if (bytes.byteLength === text.length ? !text.includes('\u007f') : text.search(HIDDEN) === -1) return bytes;
  return Buffer.from(
    text.replaceAll(HIDDEN, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`),
    'utf8',
  );
}
