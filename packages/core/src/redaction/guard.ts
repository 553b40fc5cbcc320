import { ReelError } from '../errors.ts';
import { type FindingEncoding, decodings } from './guard/decodings.ts';
import { joinedStrings } from './guard/joined-strings.ts';
import { createKnownSearch } from './guard/known-search.ts';
import { hasSecretAssignment, isSecretName, isUnpredictable, suspiciousShapes } from './guard/suspicion.ts';

/** Where something that looks like a secret stands. Never the value, nor a part of it, nor its length. */
export interface SecretFinding {
  readonly ruleId: string;
  /** Line of the file, from 1. */
  readonly line: number;
  /** JSON path in that line: `json.messages[0].content`. Absent where the line is no JSON. */
  readonly path?: string;
  readonly encoding: FindingEncoding;
}

export interface GuardContext {
  /** Exact values that must not occur in any form. */
  readonly known: readonly string[];
  /** Rules to leave out, by id. */
  readonly ignore?: readonly string[];
}

/** More findings help nobody. */
const mostFindings = 100;

/**
 * The second look at a finished cassette (or any JSON Lines or text file): for known values, for shapes, and for random
 * values under names that promise a secret; in every string as it is and decoded, and in what the chunks of a stream say
 * together. Shares no code with the redactor but the list of known values: what one forgets the other may find.
 */
export function findSecrets(bytes: Uint8Array, context: GuardContext): SecretFinding[] {
  return new Scan(context).file(
    Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8'),
  );
}

/**
 * Refuses to let a cassette be written that holds a secret.
 * @throws ReelError `REEL_SECRET_FOUND` with rule, file, line and path of each finding.
 */
export function assertNoSecrets(
  files: { readonly bytes: Uint8Array; readonly blobs?: ReadonlyMap<string, Uint8Array> },
  context: {
    readonly redactor: { readonly known: readonly string[] };
    readonly where: string;
    readonly ignore?: readonly string[];
  },
): void {
  const guard = { known: context.redactor.known, ...(context.ignore && { ignore: context.ignore }) };
  const places = findSecrets(files.bytes, guard).map((finding) => describe(context.where, finding));
  for (const [hash, blob] of files.blobs ?? []) {
    for (const finding of findSecrets(blob, guard)) places.push(describe(`blob ${hash}`, finding));
  }
  if (places.length === 0) return;
  const shown = places.slice(0, 10);
  if (places.length > shown.length) shown.push(`and ${places.length - shown.length} more`);
  throw new ReelError('REEL_SECRET_FOUND', {
    what: `the recording holds what looks like ${places.length === 1 ? 'a secret' : `${places.length} secrets`}; nothing was written`,
    where: shown.join('\n         '),
    fix: 'name the field (redact.fields), the value (redact.secrets) or a pattern (redact.patterns) in reel.config.ts, then record again',
  });
}

function describe(file: string, { ruleId, line, path, encoding }: SecretFinding): string {
  const place = path === undefined ? '' : ` at ${path}`;
  return `${file}:${line}${place} (${ruleId}${encoding === 'plain' ? '' : `, ${encoding}`})`;
}

class Scan {
  readonly #findings = new Map<string, SecretFinding>();
  readonly #ignored: ReadonlySet<string>;
  readonly #isKnown: (text: string) => boolean;
  #line = 1;

  constructor({ known, ignore }: GuardContext) {
    this.#ignored = new Set(ignore);
    this.#isKnown = createKnownSearch(known);
  }

  file(text: string): SecretFinding[] {
    /** Pieces of the stream of one interaction, and the line of its first. */
    const streams = new Map<number, { line: number; pieces: string[] }>();
    for (const line of text.split('\n')) {
      const value = parse(line);
      if (value === undefined) this.#string(line, undefined);
      else {
        this.#value(value, '', undefined);
        const { chunk, text: piece } = value as { chunk?: unknown; text?: unknown };
        if (typeof chunk === 'number' && typeof piece === 'string') {
          const stream = streams.get(chunk) ?? { line: this.#line, pieces: [] };
          stream.pieces.push(piece);
          streams.set(chunk, stream);
        }
      }
      this.#line += 1;
    }
    for (const { line, pieces } of streams.values()) this.#stream(line, pieces);
    return [...this.#findings.values()];
  }

  /** What the pieces say together: once as text, once as the strings that their JSON payloads spell. */
  #stream(line: number, pieces: readonly string[]): void {
    this.#line = line;
    const whole = pieces.join('');
    if (pieces.length > 1) this.#text(whole, undefined, 'joined-stream');
    for (const { path, text } of joinedStrings(whole)) this.#text(text, path, 'joined-stream');
  }

  #value(value: unknown, path: string, name: string | undefined): void {
    if (this.#findings.size >= mostFindings) return;
    if (typeof value === 'string') {
      if (name !== undefined) this.#named(name, value, path);
      if (name === 'base64') this.#text(Buffer.from(value, 'base64').toString('latin1'), path, 'base64');
      else this.#string(value, path);
    } else if (Array.isArray(value)) {
      // A header: a pair of name and value.
      const [first, second] = value as unknown[];
      if (value.length === 2 && typeof first === 'string' && typeof second === 'string')
        this.#named(first, second, `${path}[1]`);
      for (const [index, element] of value.entries()) this.#value(element, `${path}[${index}]`, undefined);
    } else if (typeof value === 'object' && value !== null) {
      for (const [key, element] of Object.entries(value)) {
        const place =
          path === '' || path.endsWith('~')
            ? `${path}${this.#segment(key)}`
            : `${path}.${this.#segment(key)}`;
        if (key.length >= 16) this.#string(key, place);
        this.#value(element, place, key);
      }
    }
  }

  /** A key as it may be shown: one that could itself be a secret may not. */
  #segment(key: string): string {
    return /^[A-Za-z_$][\w$-]{0,31}$/.test(key) && !this.#isKnown(key) && suspiciousShapes(key).length === 0
      ? key
      : '*';
  }

  #named(name: string, value: string, path: string): void {
    if (isSecretName(name) && isUnpredictable(value)) this.#add('secret-name', path, 'plain');
  }

  /** A string value and all it may be decoded to; payloads of SSE and JSON inside it are walked with their names. */
  #string(text: string, path: string | undefined): void {
    for (const { text: decoded, encoding } of decodings(text)) this.#text(decoded, path, encoding);
    for (const payload of text.split('\n')) {
      const start = payload.startsWith('data:') ? 5 : 0;
      const inner = /^\s*[[{]/.test(payload.slice(start, start + 80))
        ? parse(payload.slice(start))
        : undefined;
      if (inner !== undefined) this.#value(inner, path === undefined ? '' : `${path}~`, undefined);
    }
  }

  #text(text: string, path: string | undefined, encoding: FindingEncoding): void {
    for (const ruleId of suspiciousShapes(text)) this.#add(ruleId, path, encoding);
    if (this.#isKnown(text)) this.#add('known-value', path, encoding);
    if (hasSecretAssignment(text)) this.#add('secret-name', path, encoding);
  }

  #add(ruleId: string, path: string | undefined, encoding: FindingEncoding): void {
    if (this.#ignored.has(ruleId)) return;
    const finding = { ruleId, line: this.#line, ...(path !== undefined && { path }), encoding };
    // Found plain and found decoded is one finding: the first is the plainest.
    const key = `${ruleId} ${this.#line} ${path}`;
    if (!this.#findings.has(key)) this.#findings.set(key, finding);
  }
}

function parse(text: string): object | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}
