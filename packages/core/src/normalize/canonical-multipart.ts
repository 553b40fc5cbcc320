import type { HeaderList } from '../model/headers.ts';
import { headerValue } from '../model/headers.ts';

/** One part of a multipart body, its bytes as they were. */
export interface Part {
  readonly headers: HeaderList;
  /** Field name; `''` when the part has none (`multipart/related`). */
  readonly name: string;
  /** Absent when the part is a plain field. */
  readonly filename: string | undefined;
  readonly content: Uint8Array;
}

/**
 * The parts of a multipart body in order (RFC 2046 section 5.1, RFC 7578), or `undefined` when it has none that can be read.
 * The boundary of the header is believed only when the body uses it: clients are known to send another one, and a redactor
 * may have taken the header's for a secret.
 */
export function readParts(contentType: string, body: Uint8Array): Part[] | undefined {
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  const declared = boundaryOf(contentType);
  return (declared === undefined ? undefined : split(bytes, declared)) ?? split(bytes, firstLine(bytes));
}

/** The `boundary` parameter of a `content-type` value. */
export function boundaryOf(contentType: string): string | undefined {
  const found = /;\s*boundary=(?:"((?:[^"\\]|\\.)*)"|([^\s;]+))/i.exec(contentType);
  return found === null ? undefined : (found[1]?.replace(/\\(.)/g, '$1') ?? found[2]);
}

function firstLine(bytes: Buffer): string | undefined {
  if (bytes[0] !== 0x2d || bytes[1] !== 0x2d) return undefined;
  // A boundary has at most 70 characters.
  const end = bytes.subarray(0, 76).indexOf('\n');
  return end === -1 ? undefined : bytes.toString('latin1', 2, end).trimEnd();
}

function split(bytes: Buffer, boundary: string | undefined): Part[] | undefined {
  if (boundary === undefined || boundary === '') return undefined;
  const delimiter = Buffer.from(`--${boundary}`, 'latin1');
  const parts: Part[] = [];
  let at = nextDelimiter(bytes, delimiter, 0);
  while (at !== -1) {
    const afterDelimiter = at + delimiter.length;
    if (bytes[afterDelimiter] === 0x2d && bytes[afterDelimiter + 1] === 0x2d) break;
    const lineEnd = bytes.indexOf(0x0a, afterDelimiter);
    if (lineEnd === -1) break;
    const next = nextDelimiter(bytes, delimiter, lineEnd + 1);
    // A body that was cut off still has its last part, to the end.
    parts.push(
      readPart(bytes.subarray(lineEnd + 1, next === -1 ? bytes.length : beforeLineBreak(bytes, next))),
    );
    at = next;
  }
  return parts.length === 0 ? undefined : parts;
}

/** Delimiters stand at the start of a line and are followed by its end, or by `--`: file content may hold look-alikes. */
function nextDelimiter(bytes: Buffer, delimiter: Buffer, from: number): number {
  for (let at = bytes.indexOf(delimiter, from); at !== -1; at = bytes.indexOf(delimiter, at + 1)) {
    const startsLine = at === 0 || bytes[at - 1] === 0x0a;
    const after = bytes[at + delimiter.length];
    const endsName =
      after === undefined || after === 0x0d || after === 0x0a || after === 0x20 || after === 0x2d;
    if (startsLine && endsName) return at;
  }
  return -1;
}

function beforeLineBreak(bytes: Buffer, at: number): number {
  const end = at - 1;
  return bytes[end - 1] === 0x0d ? end - 1 : end;
}

function readPart(bytes: Buffer): Part {
  const [head, content] = splitHead(bytes);
  const headers: [string, string][] = [];
  for (const line of head.split(/\r?\n/)) {
    const colon = line.indexOf(':');
    if (colon > 0) headers.push([line.slice(0, colon).trim(), line.slice(colon + 1).trim()]);
  }
  const disposition = headerValue(headers, 'content-disposition') ?? '';
  return {
    headers,
    name: parameter(disposition, 'name') ?? '',
    filename: parameter(disposition, 'filename*') ?? parameter(disposition, 'filename'),
    content,
  };
}

function splitHead(bytes: Buffer): [head: string, content: Buffer] {
  // A part may have no header at all; then it begins with the empty line.
  const empty = bytes[0] === 0x0a ? 1 : bytes[0] === 0x0d && bytes[1] === 0x0a ? 2 : 0;
  if (empty > 0) return ['', bytes.subarray(empty)];
  const crlf = bytes.indexOf('\r\n\r\n');
  const lf = bytes.indexOf('\n\n');
  if (crlf !== -1 && (lf === -1 || crlf < lf))
    return [bytes.toString('utf8', 0, crlf), bytes.subarray(crlf + 4)];
  if (lf !== -1) return [bytes.toString('utf8', 0, lf), bytes.subarray(lf + 2)];
  return [bytes.toString('utf8', 0, bytes.length), bytes.subarray(bytes.length)];
}

/** A parameter of `content-disposition`. `filename*=UTF-8''na%C3%AFve.txt` (RFC 5987) is decoded. */
function parameter(disposition: string, name: string): string | undefined {
  const escaped = name.replace('*', '\\*');
  const found = new RegExp(`;\\s*${escaped}=(?:"((?:[^"\\\\]|\\\\.)*)"|([^;]*))`, 'i').exec(disposition);
  if (found === null) return undefined;
  const value = found[1]?.replace(/\\(["\\])/g, '$1') ?? found[2]!.trim();
  if (!name.endsWith('*')) return value;
  const encoded = /^[\w-]*'[^']*'(.*)$/.exec(value)?.[1];
  if (encoded === undefined) return value;
  try {
    return decodeURIComponent(encoded);
  } catch {
    return encoded;
  }
}
