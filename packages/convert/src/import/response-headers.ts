import { isUtf8 } from 'node:buffer';
import { headerValue, mediaType, type HeaderList } from '@reel/core/engine';
import type { NoteCode } from '../reading/notes.ts';
import { mediaTypeOf } from '../reading/sniff.ts';

const knownCodings = new Set(['gzip', 'x-gzip', 'deflate', 'br', 'zstd', 'identity']);

/** Headers that say how a body travels: a placeholder there breaks the client that believes it. */
const framingHeaders = new Set([
  'content-length',
  'content-encoding',
  'transfer-encoding',
  'connection',
  'trailer',
]);

/** What people and tools write in place of a value: `**REDACTED**`, `[REDACTED]`, `Sanitized`, `<filtered>`. */
export function isPlaceholder(value: string): boolean {
  return /^(?:\**\[?(?:redacted|filtered|sanitized|removed|hidden|scrubbed|dummy)\]?\**|<[\w -]+>|x{3,}|\*{3,})$/i.test(
    value.trim(),
  );
}

/** Headers without what HTTP does not allow in them. */
export function allowedHeaders(headers: HeaderList, notes: NoteCode[]): [string, string][] {
  const allowed: [string, string][] = [];
  for (const [name, value] of headers) {
    const trimmed = name.trim();
    const text = plainValue.test(value) ? value : wireValue(value);
    if (/^[\w!#$%&'*+.^`|~-]+$/.test(trimmed) && !/[\0\r\n]/.test(text)) allowed.push([trimmed, text]);
    else notes.push('header-dropped');
  }
  return allowed;
}

/** As nearly all values are: {@link wireValue} would give them back. */
const plainValue = /^(?:[!-~](?:[ -~]*[!-~])?)?$/;

function wireValue(value: string): string {
  // A folded line is one line (RFC 9112, section 5.2); characters beyond Latin-1 were bytes on the wire.
  const flat = value.replaceAll(/[ \t]*\r?\n[ \t]*/g, ' ').trim();
  const isLatin = Buffer.from(flat, 'latin1').toString('latin1') === flat;
  return isLatin ? flat : Buffer.from(flat, 'utf8').toString('latin1');
}

export interface StoredBody {
  readonly body: Uint8Array;
  readonly headers: HeaderList;
  readonly method: string;
  readonly status: number;
  /** Whether the body was written anew, so that its length is another by nature. */
  readonly isRebuilt: boolean;
  readonly notes: NoteCode[];
}

/**
 * Headers that fit the body: a content-type where there is none, a content-length that is right. `content-encoding` stays where
 * Reel knows the coding: the tape keeps what the server said, and its body is readable.
 */
export function fittingHeaders({ body, headers, method, status, isRebuilt, notes }: StoredBody): HeaderList {
  const kept = headers.filter(
    ([name, value]) => !(framingHeaders.has(name.toLowerCase()) && isPlaceholder(value)),
  );
  const encoded = withoutUnknownCoding(kept, body, notes);
  const typed = withContentType(encoded, body, method, notes);
  return withContentLength(typed, { body, method, status, isRebuilt, notes });
}

function withoutUnknownCoding(headers: HeaderList, body: Uint8Array, notes: NoteCode[]): HeaderList {
  const codings = codingsOf(headers);
  if (codings.every((name) => knownCodings.has(name)) || !isUtf8(body)) return headers;
  notes.push('content-encoding-dropped');
  return headers.filter(([name]) => name.toLowerCase() !== 'content-encoding');
}

export function codingsOf(headers: HeaderList): string[] {
  return (headerValue(headers, 'content-encoding') ?? '')
    .toLowerCase()
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
}

function withContentType(
  headers: HeaderList,
  body: Uint8Array,
  method: string,
  notes: NoteCode[],
): HeaderList {
  const type = headerValue(headers, 'content-type');
  if ((type !== undefined && !isPlaceholder(type)) || body.byteLength === 0 || method === 'HEAD')
    return headers;
  const derived = mediaTypeOf(body);
  if (derived === undefined) return headers;
  notes.push('content-type-derived');
  if (type === undefined) return [...headers, ['content-type', derived]];
  return headers.map(([name, value]) => [name, /^content-type$/i.test(name) ? derived : value]);
}

function withContentLength(
  headers: HeaderList,
  { body, method, status, isRebuilt, notes }: Omit<StoredBody, 'headers'>,
): HeaderList {
  const text = headerValue(headers, 'content-length');
  const hasNoBody = method === 'HEAD' || status === 204 || status === 304;
  // The length of a compressed body is no statement about what is stored.
  if (text === undefined || hasNoBody || codingsOf(headers).some((name) => name !== 'identity'))
    return headers;
  const actual = body.byteLength;
  if (Number(text) === actual) return headers;
  if (!isRebuilt) {
    notes.push('content-length-corrected');
    if (Number(text) > actual && isCutJson(headers, body)) notes.push('body-cut');
  }
  return headers.map(([name, value]) => [name, /^content-length$/i.test(name) ? String(actual) : value]);
}

function isCutJson(headers: HeaderList, body: Uint8Array): boolean {
  if (!/[/+]json$/.test(mediaType(headers))) return false;
  try {
    JSON.parse(Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString('utf8'));
    return false;
  } catch {
    return true;
  }
}
