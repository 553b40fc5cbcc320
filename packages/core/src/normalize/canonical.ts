import { TextDecoder } from 'node:util';
import { headerValue, mediaType, type HeaderList } from '../model/headers.ts';
import { canonicalJson } from './canonical-json.ts';
import { readParts, type Part } from './canonical-multipart.ts';
import { readPairs, sortPairs, writePairs, type Pair } from './canonical-pairs.ts';
import { digest } from './digest.ts';
import type { IgnoredPaths } from './ignored-paths.ts';

/** A request body in the form in which equal requests agree. */
export type CanonicalBody =
  | { readonly kind: 'empty' }
  /** RFC 8785, see `canonicalJson` for what is kept beyond it. */
  | { readonly kind: 'json'; readonly text: string }
  /** One document a line; empty lines do not count. */
  | { readonly kind: 'ndjson'; readonly lines: readonly string[] }
  /** Sorted by name. */
  | { readonly kind: 'form'; readonly fields: readonly Pair[] }
  /** `form-data` sorted by name, other subtypes in their order. Never the boundary. */
  | { readonly kind: 'multipart'; readonly parts: readonly CanonicalPart[] }
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'binary'; readonly hash: string; readonly size: number };

export interface CanonicalPart {
  readonly name: string;
  readonly filename: string | undefined;
  /** Lower case, with its parameters; `''` when the part does not say. */
  readonly contentType: string;
  /** Never multipart itself. Of a file, the bytes count: `binary`, or `text` where there are masks to apply. */
  readonly content: CanonicalBody;
}

/** What is left out and masked on both sides of a comparison. */
export interface BodyRules {
  readonly ignoredPaths?: IgnoredPaths | undefined;
  ignoresField(name: string): boolean;
  /** Of this request; see `compileMask`. */
  readonly mask?: ((text: string) => string) | undefined;
}

/**
 * Reads a request body for comparison; never throws.
 *
 * A compressed body (`content-encoding` gzip, deflate, br, zstd, or several) is decoded first; one that cannot be decoded is
 * binary. A body that starts with `{` or `[` and is JSON counts as JSON whatever its type says, because `curl -d` and many
 * hand-written clients send JSON as a form or as plain text. Everything else goes by `content-type`; what remains is text
 * when it is UTF-8 and binary when not.
 */
export function canonicalBody(headers: HeaderList, body: Uint8Array, rules: BodyRules): CanonicalBody {
  if (body.byteLength === 0) return { kind: 'empty' };
  const coding = headerValue(headers, 'content-encoding');
  const bytes = coding === undefined ? body : decodeContent(coding, body);
  if (bytes === undefined) return binary(body);
  const type = mediaType(headers);
  if (type.startsWith('multipart/')) {
    const parts = readParts(headerValue(headers, 'content-type')!, bytes);
    if (parts !== undefined) return multipart(type, parts, rules);
  }
  return content(type, bytes, rules);
}

/** One text for a body: equal for equal bodies, and for no others. */
export function canonicalBodyText(body: CanonicalBody): string {
  switch (body.kind) {
    case 'empty':
      return '';
    // The most frequent kind carries no mark: JSON cannot begin like one.
    case 'json':
      return body.text;
    case 'ndjson':
      return `ndjson\n${body.lines.join('\n')}`;
    case 'form':
      return `form\n${writePairs(body.fields)}`;
    case 'multipart':
      return `multipart\n${body.parts.map(partText).join('\n')}`;
    case 'text':
      return `text\n${body.text}`;
    case 'binary':
      return `binary\n${body.hash}`;
    default:
      return body satisfies never;
  }
}

/** Quoted as JSON, so that no name or content can be taken for the end of a part. */
function partText({ name, filename, contentType, content }: CanonicalPart): string {
  return JSON.stringify([name, filename ?? null, contentType, canonicalBodyText(content)]);
}

const utf8 = new TextDecoder('utf-8', { fatal: true });

function content(type: string, bytes: Uint8Array, rules: BodyRules): CanonicalBody {
  let text: string;
  try {
    text = utf8.decode(bytes);
  } catch {
    return binary(bytes);
  }
  const mask = rules.mask;
  const declaredJson = isJsonType(type);
  if (declaredJson || looksLikeJson(text)) {
    const json = canonicalJson(text, rules.ignoredPaths);
    if (json !== undefined) return { kind: 'json', text: mask === undefined ? json : maskJson(json, mask) };
    const lines = canonicalLines(text, rules);
    if (lines !== undefined) return { kind: 'ndjson', lines };
  }
  if (type === 'application/x-www-form-urlencoded') {
    const fields = sortPairs(readPairs(text).filter(([name]) => !rules.ignoresField(name)));
    return {
      kind: 'form',
      fields: mask === undefined ? fields : fields.map(([name, value]) => [name, mask(value)]),
    };
  }
  return { kind: 'text', text: mask === undefined ? text : mask(text) };
}

function isJsonType(type: string): boolean {
  return (
    type === 'application/json' ||
    type.endsWith('+json') ||
    /^application\/(?:x-)?(?:ndjson|jsonl|json-?lines)$/.test(type)
  );
}

function looksLikeJson(text: string): boolean {
  for (let at = 0; ; at++) {
    const code = text.charCodeAt(at);
    if (code === 0x7b || code === 0x5b) return true;
    if (code !== 0x20 && code !== 0x0a && code !== 0x0d && code !== 0x09) return false;
  }
}

function canonicalLines(text: string, rules: BodyRules): string[] | undefined {
  const lines: string[] = [];
  for (const line of text.split('\n')) {
    if (line.trim() === '') continue;
    const json = canonicalJson(line, rules.ignoredPaths);
    if (json === undefined) return undefined;
    lines.push(rules.mask === undefined ? json : maskJson(json, rules.mask));
  }
  return lines.length === 0 ? undefined : lines;
}

/**
 * Masks strings (keys too) and numbers one by one, decoded, so that an expression of the user's sees the text and not its
 * JSON escapes, and never reaches over the end of a value. A masked number becomes a string: `⟨epoch 1⟩`.
 */
function maskJson(json: string, mask: (text: string) => string): string {
  return json.replace(/"(?:[^"\\]|\\.)*"|-?\d[\d.e+-]*/g, (token) => {
    const plain = token.startsWith('"') ? (JSON.parse(token) as string) : token;
    const masked = mask(plain);
    return masked === plain ? token : JSON.stringify(masked);
  });
}

function multipart(type: string, parts: readonly Part[], rules: BodyRules): CanonicalBody {
  const isForm = type === 'multipart/form-data';
  const kept = isForm ? parts.filter(({ name }) => !rules.ignoresField(name)) : parts;
  const named = kept.map((part) => [part.name, part] as const);
  const ordered = isForm ? sortPairs(named) : named;
  return { kind: 'multipart', parts: ordered.map(([, part]) => canonicalPart(part, rules)) };
}

function canonicalPart({ headers, name, filename, content: bytes }: Part, rules: BodyRules): CanonicalPart {
  const contentType = (headerValue(headers, 'content-type') ?? '').toLowerCase().replace(/\s+/g, '');
  const mask = rules.mask;
  return {
    name,
    filename: mask === undefined || filename === undefined ? filename : mask(filename),
    contentType,
    content: filename === undefined ? partContent(headers, bytes, rules) : fileContent(bytes, mask),
  };
}

function partContent(headers: HeaderList, bytes: Uint8Array, rules: BodyRules): CanonicalBody {
  return bytes.byteLength === 0 ? { kind: 'empty' } : content(mediaType(headers), bytes, rules);
}

function fileContent(bytes: Uint8Array, mask: BodyRules['mask']): CanonicalBody {
  if (mask === undefined) return binary(bytes);
  try {
    return { kind: 'text', text: mask(utf8.decode(bytes)) };
  } catch {
    return binary(bytes);
  }
}

function binary(bytes: Uint8Array): CanonicalBody {
  return { kind: 'binary', hash: digest(bytes), size: bytes.byteLength };
}

/** No honest request is larger; a decompression bomb on tape must not take the test process down. */
const maxDecodedBytes = 1 << 28;

function decodeContent(coding: string, body: Uint8Array): Uint8Array | undefined {
  // Loaded here, because compressed requests are rare and node:zlib takes its share of the start-up time.
  const zlib = process.getBuiltinModule('node:zlib');
  const options = { maxOutputLength: maxDecodedBytes };
  let bytes: Uint8Array = body;
  try {
    for (const name of coding.toLowerCase().split(',').toReversed()) {
      switch (name.trim()) {
        case '':
        case 'identity':
          break;
        case 'gzip':
        case 'x-gzip':
          bytes = zlib.gunzipSync(bytes, options);
          break;
        case 'deflate':
          bytes = zlib.inflateSync(bytes, options);
          break;
        case 'br':
          bytes = zlib.brotliDecompressSync(bytes, options);
          break;
        case 'zstd':
          bytes = zlib.zstdDecompressSync(bytes, options);
          break;
        default:
          return undefined;
      }
    }
  } catch {
    return undefined;
  }
  return bytes;
}
