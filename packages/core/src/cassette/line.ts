import type { Chunk } from '../model/chunk.ts';
import type { HeaderList } from '../model/headers.ts';
import type { Ending, RecordedRequest, RecordedResponse } from '../model/interaction.ts';
import type { Frame, SessionEnd } from '../model/session.ts';
import { bodyKeys, BodyProblem, decodeBody, type ReadBlob } from './body.ts';
import { damaged } from './damage.ts';
import type { CassetteHeader } from './format.ts';

/** A parsed line: one JSON object. */
type Fields = Readonly<Record<string, unknown>>;

/** A line and where it stands, for decoding and for errors. */
export interface Line {
  readonly text: string;
  readonly where: string;
  readonly number: number;
  readonly readBlob: ReadBlob;
}

/** All keys that a kind of line may have, in the order they are written. */
const keysOf = {
  header: ['reel', 'name', 'recordedAt', 'by', 'rules'],
  request: ['request', 'method', 'url', 'headers', ...bodyKeys],
  response: ['response', 'status', 'statusText', 'headers', ...bodyKeys],
  chunk: ['chunk', 'at', 'text', 'base64', 'blob', 'bytes'],
  end: ['end', 'trailers'],
  aborted: ['aborted', 'by', 'code', 'message'],
  socket: ['socket', 'url', 'headers', 'accepted'],
  sent: ['sent', 'at', 'binary', ...bodyKeys],
  received: ['received', 'at', 'binary', ...bodyKeys],
  closed: ['closed', 'by', 'code', 'cut', 'reason'],
} as const;

export function decodeHeader(line: Line): CassetteHeader {
  const fields = parse(line);
  checkKeys(line, fields, keysOf.header);
  const recordedAt = text(line, fields, 'recordedAt');
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(recordedAt)) {
    throw problem(line, '"recordedAt" is not a time such as 2026-11-20T10:00:00Z');
  }
  return {
    reel: 1,
    name: text(line, fields, 'name'),
    recordedAt,
    by: text(line, fields, 'by'),
    rules: text(line, fields, 'rules'),
  };
}

export function decodeRequest(line: Line): RecordedRequest {
  const fields = parse(line);
  checkKeys(line, fields, keysOf.request);
  return {
    method: text(line, fields, 'method'),
    url: text(line, fields, 'url'),
    headers: headers(line, fields, 'headers') ?? [],
    body: body(line, fields) ?? new Uint8Array(0),
  };
}

/** A response line, and the body when it stands on the same line. */
export function decodeResponse(line: Line): { response: RecordedResponse; body: Uint8Array | undefined } {
  const fields = parse(line);
  checkKeys(line, fields, keysOf.response);
  const { status } = fields;
  if (typeof status !== 'number' || !Number.isSafeInteger(status))
    throw problem(line, '"status" is not an integer');
  const statusText = optionalText(line, fields, 'statusText');
  return {
    response: {
      status,
      ...(statusText !== undefined && { statusText }),
      headers: headers(line, fields, 'headers') ?? [],
    },
    body: body(line, fields),
  };
}

export function decodeChunk(line: Line): Chunk {
  const fields = parse(line);
  checkKeys(line, fields, keysOf.chunk);
  const bytes = body(line, fields);
  if (bytes === undefined) throw problem(line, 'a chunk has no bytes ("text", "base64" or "blob")');
  const { at } = fields;
  if (at === undefined) return { bytes };
  if (typeof at !== 'number' || !Number.isFinite(at))
    throw problem(line, '"at" is not a number of milliseconds');
  return { bytes, at };
}

export function decodeEnd(line: Line): Ending {
  const fields = parse(line);
  checkKeys(line, fields, keysOf.end);
  const trailers = headers(line, fields, 'trailers');
  return { kind: 'end', ...(trailers !== undefined && { trailers }) };
}

export function decodeAborted(line: Line): Ending {
  const fields = parse(line);
  checkKeys(line, fields, keysOf.aborted);
  const { by } = fields;
  if (by !== 'client' && by !== 'upstream') throw problem(line, '"by" is neither "client" nor "upstream"');
  const code = optionalText(line, fields, 'code');
  const message = optionalText(line, fields, 'message');
  return {
    kind: 'aborted',
    by,
    ...(code !== undefined && { code }),
    ...(message !== undefined && { message }),
  };
}

/** The line that opens a WebSocket session: the handshake, and the headers it was accepted with. */
export function decodeSocket(line: Line): { request: RecordedRequest; response: RecordedResponse } {
  const fields = parse(line);
  checkKeys(line, fields, keysOf.socket);
  return {
    request: {
      method: 'GET',
      url: text(line, fields, 'url'),
      headers: headers(line, fields, 'headers') ?? [],
      body: new Uint8Array(0),
    },
    response: { status: 101, headers: headers(line, fields, 'accepted') ?? [] },
  };
}

export function decodeFrame(line: Line, kind: 'sent' | 'received'): Frame {
  const fields = parse(line);
  checkKeys(line, fields, keysOf[kind]);
  const bytes = body(line, fields);
  if (bytes === undefined) throw problem(line, 'a frame has no content ("json", "text", "base64" or "blob")');
  const { at, binary } = fields;
  if (binary !== undefined && binary !== true) throw problem(line, '"binary" is not true');
  if (at !== undefined && (typeof at !== 'number' || !Number.isFinite(at)))
    throw problem(line, '"at" is not a number of milliseconds');
  return {
    from: kind === 'sent' ? 'client' : 'server',
    bytes,
    isBinary: binary === true,
    ...(at !== undefined && { at }),
  };
}

export function decodeClosed(line: Line): SessionEnd {
  const fields = parse(line);
  checkKeys(line, fields, keysOf.closed);
  const { by, code, cut } = fields;
  if (by !== 'client' && by !== 'server') throw problem(line, '"by" is neither "client" nor "server"');
  if (cut !== undefined && cut !== true) throw problem(line, '"cut" is not true');
  if (cut === true) {
    const error = optionalText(line, fields, 'code');
    return { kind: 'cut', by, ...(error !== undefined && { code: error }) };
  }
  if (code !== undefined && !(Number.isInteger(code) && Number(code) >= 1000 && Number(code) < 5000))
    throw problem(line, '"code" is not a close code');
  const reason = optionalText(line, fields, 'reason');
  return {
    kind: 'closed',
    by,
    ...(code !== undefined && { code: Number(code) }),
    ...(reason !== undefined && { reason }),
  };
}

function parse(line: Line): Fields {
  try {
    return JSON.parse(line.text) as Fields;
  } catch {
    throw problem(line, 'the line is not valid JSON');
  }
}

/** Short lower-case words, which no secret is. Anything else is not repeated in an error. */
const SHOWABLE_KEY = /^[a-zA-Z]{1,16}$/;

function checkKeys(line: Line, fields: Fields, known: readonly string[]): void {
  for (const key of Object.keys(fields)) {
    if (known.includes(key)) continue;
    const name = SHOWABLE_KEY.test(key) ? `the key "${key}"` : 'a key';
    throw problem(line, `the line has ${name}, which this kind of line does not know`);
  }
}

function optionalText(line: Line, fields: Fields, key: string): string | undefined {
  const value = fields[key];
  if (value !== undefined && typeof value !== 'string') throw problem(line, `"${key}" is not a string`);
  return value;
}

function text(line: Line, fields: Fields, key: string): string {
  const value = optionalText(line, fields, key);
  if (value === undefined) throw problem(line, `"${key}" is missing`);
  return value;
}

function headers(line: Line, fields: Fields, key: string): HeaderList | undefined {
  const value = fields[key];
  if (value === undefined) return undefined;
  const isList =
    Array.isArray(value) &&
    value.every(
      (pair) =>
        Array.isArray(pair) &&
        pair.length === 2 &&
        typeof pair[0] === 'string' &&
        typeof pair[1] === 'string',
    );
  if (!isList) throw problem(line, `"${key}" is not a list of [name, value] pairs`);
  return value as [string, string][];
}

function body(line: Line, fields: Fields): Uint8Array | undefined {
  try {
    return decodeBody(fields, line.readBlob);
  } catch (error) {
    if (error instanceof BodyProblem) throw damaged(line.where, line.number, error.message, error.fix);
    throw error;
  }
}

function problem(line: Line, what: string): Error {
  return damaged(line.where, line.number, what);
}
