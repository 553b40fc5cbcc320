import { existsSync } from 'node:fs';
import { blobFolderOf } from '../cassette/stores/blob-folder.ts';
import { readLineHead } from '../cassette/grammar.ts';
import { decodeHeader } from '../cassette/line.ts';
import { SectionScanner } from '../cassette/scanner.ts';
import { toCurrentVersion } from '../cassette/tape.ts';
import { isReelError, type ReelError } from '../errors.ts';
import { findProvider } from '../providers/index.ts';
import { parseJson, text } from './json-reading.ts';
import { modelOfUrl } from './model-of-url.ts';
import type { CassetteContent } from './files/cassette-file.ts';

/** What stands out about a cassette. */
export type CassetteFlag =
  /** Some answer is a stream. */
  | 'stream'
  /** Some interaction is a WebSocket session. */
  | 'socket'
  /** Some answer has a status of 400 or above. */
  | 'error'
  /** Some exchange was cut by client or upstream. */
  | 'cut'
  /** Arrival times were recorded. */
  | 'timing'
  /** Large bodies lie in files beside it. */
  | 'blobs'
  /** Ids, dates and counters are as they arrived: it was recorded with `normalize: false`. */
  | 'as-recorded';

/** A cassette at first sight: what a list of many shows. */
export interface CassetteOutline {
  readonly where: string;
  readonly path: string;
  /** What the header says it is of. */
  readonly name: string;
  readonly interactions: number;
  /** Ids of providers, in the order of their first request; the host where no provider is known. */
  readonly providers: readonly string[];
  /** Models as the requests name them. */
  readonly models: readonly string[];
  /** Size of the file, without blobs. */
  readonly bytes: number;
  /** UTC, as in the header. */
  readonly recordedAt: string;
  readonly flags: readonly CassetteFlag[];
}

/** A cassette that cannot be read. */
export interface UnreadableCassette {
  readonly where: string;
  readonly path: string;
  readonly problem: ReelError;
}

/**
 * Looks at the head of each interaction only. Of a line no more is read than says what it is, so that thousands of cassettes are
 * listed at about the speed of reading them; what is wrong inside a line is left to `checkCassette`.
 */
export function outlineOf(content: CassetteContent): CassetteOutline | UnreadableCassette {
  const { where, path } = content;
  try {
    return { where, path, ...survey(content) };
  } catch (error) {
    if (!isReelError(error)) throw error;
    return { where, path, problem: error };
  }
}

export function isUnreadable(outline: CassetteOutline | UnreadableCassette): outline is UnreadableCassette {
  return 'problem' in outline;
}

const NEWLINE = 0x0a;

function survey(content: CassetteContent): Omit<CassetteOutline, 'where' | 'path'> {
  const { where, readBlob } = content;
  const raw = Buffer.from(content.bytes.buffer, content.bytes.byteOffset, content.bytes.byteLength);
  const bytes = toCurrentVersion(raw, where);
  const headerEnd = bytes.indexOf(NEWLINE);
  const header = decodeHeader({ text: bytes.toString('utf8', 0, headerEnd), where, number: 1, readBlob });
  const providers = new Set<string>();
  const models = new Set<string>();
  const flags = new Set<CassetteFlag>();
  const scanner = new SectionScanner(bytes, headerEnd + 1, where);
  const interactions = scanner.count();
  for (let index = 0; index < interactions; index++) {
    const { start, end } = scanner.sectionAt(index)!;
    const firstEnd = bytes.indexOf(NEWLINE, start);
    const isSocket = readLineHead(bytes, start, firstEnd)!.kind === 'socket';
    const url = urlIn(bytes, start, firstEnd);
    providers.add(providerOf(url));
    const model = modelIn(bytes, start, firstEnd, url);
    if (model !== undefined) models.add(model);
    if (isSocket) flags.add('socket');
    noteAnswer(bytes, firstEnd + 1, end, flags);
  }
  // Looking for the word in all bytes would cost as much as everything else together.
  if (existsSync(blobFolderOf(content.path))) flags.add('blobs');
  if (header.rules.endsWith(' as-recorded')) flags.add('as-recorded');
  return {
    name: header.name,
    recordedAt: header.recordedAt,
    interactions,
    providers: [...providers],
    models: [...models],
    bytes: raw.length,
    flags: allFlags.filter((flag) => flags.has(flag)),
  };
}

const allFlags: readonly CassetteFlag[] = [
  'stream',
  'socket',
  'error',
  'cut',
  'timing',
  'blobs',
  'as-recorded',
];

/** Reads the heads of the second, the third and the last line of an interaction: the others are like the third. */
function noteAnswer(bytes: Buffer, start: number, end: number, flags: Set<CassetteFlag>): void {
  const lastStart = bytes.lastIndexOf(NEWLINE, end - 2) + 1;
  const last = head(bytes, lastStart);
  if (
    last.startsWith('{"aborted":') ||
    (last.startsWith('{"closed":') && lineAt(bytes, lastStart).includes(',"cut":true'))
  )
    flags.add('cut');
  const second = head(bytes, start);
  if (/^\{"(?:sent|received)":\d+,"at":/.test(second)) flags.add('timing');
  if (!second.startsWith('{"response":')) return;
  if (/^\{"response":\d+,"status":[45]\d\d[,}]/.test(second)) flags.add('error');
  const third = head(bytes, bytes.indexOf(NEWLINE, start) + 1);
  if (!third.startsWith('{"chunk":')) return;
  flags.add('stream');
  if (/^\{"chunk":\d+,"at":/.test(third)) flags.add('timing');
}

function head(bytes: Buffer, start: number): string {
  return bytes.toString('latin1', start, start + 64);
}

function lineAt(bytes: Buffer, start: number): string {
  return bytes.toString('utf8', start, bytes.indexOf(NEWLINE, start));
}

/** The URL stands near the start of its line, before anything that could be long. */
function urlIn(bytes: Buffer, start: number, end: number): string {
  const head = bytes.toString('utf8', start, Math.min(end, start + 4096));
  const quoted = /^[^\n]{0,64}?"url":("(?:[^"\\]|\\.)*")/.exec(head)?.[1];
  const url = quoted === undefined ? undefined : parseJson(quoted);
  return typeof url === 'string' ? url : '';
}

const providerByUrl = new Map<string, string>();
const mostUrls = 1_000;

function providerOf(url: string): string {
  const key = url.replace(/[?#].*$/s, '');
  let name = providerByUrl.get(key);
  if (name === undefined) {
    name = findProvider(url)?.id ?? (URL.parse(url)?.host || 'unknown');
    if (providerByUrl.size === mostUrls) providerByUrl.clear();
    providerByUrl.set(key, name);
  }
  return name;
}

/** Most SDKs write the model first; other requests are parsed whole. */
function modelIn(bytes: Buffer, start: number, end: number, url: string): string | undefined {
  const inPath = modelOfUrl(url);
  const head = bytes.toString('latin1', start, Math.min(end, start + 1024));
  const first = /,"json":\{"model":"([ -~]*?)"/.exec(head)?.[1];
  if (first !== undefined && !first.includes('\\')) return first;
  const line = parseJson(bytes.toString('utf8', start, end));
  return text(line, 'json', 'model') ?? inPath;
}
