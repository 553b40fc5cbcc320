import { ReelError } from '../errors.ts';
import { uncompressed } from './guard/content-coding.ts';
import { decodings, type FindingEncoding } from './guard/decodings.ts';
import { type AllowedFinding, createAllowance, fingerprintOf, type SecretFinding } from './guard/finding.ts';
import { inspect, type Hit } from './guard/inspect.ts';
import { createKnownSearch, type KnownSearch } from './guard/known-search.ts';
import { isSecretName, isUnpredictable } from './guard/names.ts';
import { parse, payloadsOf } from './guard/payloads.ts';
import { markedPlace, Place } from './guard/spelled.ts';

export type { AllowedFinding, SecretFinding } from './guard/finding.ts';

export interface GuardContext {
  /** Exact values that must not occur in any form. */
  readonly known: readonly string[];
  /** Rules to leave out, by id. */
  readonly ignore?: readonly string[];
  /** Findings that somebody looked at. */
  readonly allow?: readonly AllowedFinding[];
  /** Say the fingerprint of each value. Default `false`: of a guessable value it is a way to check a guess. */
  readonly fingerprints?: boolean;
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
    readonly redactor: {
      readonly known: readonly string[];
      readonly allow?: readonly AllowedFinding[];
    };
    readonly where: string;
    readonly ignore?: readonly string[];
  },
): void {
  const { known, allow } = context.redactor;
  const guard: GuardContext = {
    known,
    ...(allow && { allow }),
    ...(context.ignore && { ignore: context.ignore }),
  };
  const places = search(files.bytes, guard, context.where).map((finding) => describe(context.where, finding));
  for (const [hash, blob] of files.blobs ?? []) {
    for (const finding of search(blob, guard, context.where)) places.push(describe(`blob ${hash}`, finding));
  }
  if (places.length === 0) return;
  const shown = places.slice(0, 10);
  if (places.length > shown.length) shown.push(`and ${places.length - shown.length} more`);
  throw new ReelError('REEL_SECRET_FOUND', {
    what: `the recording holds what looks like ${places.length === 1 ? 'a secret' : `${places.length} secrets`}; nothing was written`,
    where: shown.join('\n         '),
    fix: 'name the field (redact.fields), the value (redact.secrets) or a pattern (redact.patterns) in reel.config.ts and record again; if it is harmless, add it with the reason to redact.allow',
  });
}

/** What cannot be searched to its ground is not written: JSON nested deeper than the stack allows. */
function search(bytes: Uint8Array, guard: GuardContext, where: string): SecretFinding[] {
  try {
    return findSecrets(bytes, guard);
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    throw new ReelError('REEL_BODY_UNREADABLE', {
      what: 'the recording holds JSON that is nested too deeply to be searched for secrets; nothing was written',
      where,
      fix: 'leave the host of that body alone (passthrough), or let it answer with JSON that is less deep',
    });
  }
}

function describe(file: string, { ruleId, line, path, encoding }: SecretFinding): string {
  const place = path === undefined ? '' : ` at ${path}`;
  return `${file}:${line}${place} (${ruleId}${encoding === 'plain' ? '' : `, ${encoding}`})`;
}

interface Piece {
  readonly line: number;
  readonly text: string;
  readonly isBinary: boolean;
}

/** Keys of lines that carry one piece of a stream. */
const pieceKeys = ['chunk', 'sent', 'received'] as const;

/** Numbers that may be the bytes of a text: fewer hold no secret. */
const fewestBytes = 12;

class Scan {
  readonly #findings = new Map<string, SecretFinding>();
  readonly #ignored: ReadonlySet<string>;
  readonly #known: KnownSearch;
  readonly #isAllowed: ReturnType<typeof createAllowance> | undefined;
  readonly #wantsFingerprints: boolean;
  /** Segments of the path to the value that is looked at; joined only for a finding. */
  readonly #path: string[] = [];
  #line = 1;

  constructor({ known, ignore, allow, fingerprints }: GuardContext) {
    this.#ignored = new Set(ignore);
    this.#known = createKnownSearch(known);
    this.#isAllowed = allow === undefined || allow.length === 0 ? undefined : createAllowance(allow);
    this.#wantsFingerprints = fingerprints === true;
  }

  file(text: string): SecretFinding[] {
    const streams = new Map<string, Piece[]>();
    const sessions = new Map<string, Place>();
    let loose = 0;
    for (let start = 0; start <= text.length;) {
      const feed = text.indexOf('\n', start);
      const end = feed === -1 ? text.length : feed;
      const isJson = text.charCodeAt(start) === 0x7b;
      const value = isJson ? parse(text.slice(start, end)) : undefined;
      if (value !== undefined) this.#lineOf(value as Record<string, unknown>, streams, sessions);
      else if (end > start) {
        this.#string(text.slice(start, end), undefined);
        loose += 1;
      }
      this.#line += 1;
      start = end + 1;
    }
    // Not JSON Lines: one text, or one document over many lines.
    if (loose > 1) this.#wholeText(text);
    for (const pieces of streams.values()) this.#stream(pieces);
    for (const place of sessions.values()) this.#spelled(place);
    return [...this.#findings.values()];
  }

  #lineOf(value: Record<string, unknown>, streams: Map<string, Piece[]>, sessions: Map<string, Place>): void {
    const kind = pieceKeys.find((key) => typeof value[key] === 'number');
    const { text, base64, json } = value;
    if (kind !== undefined && typeof json === 'object' && json !== null) {
      const key = `${kind} ${String(value[kind])}`;
      let place = sessions.get(key);
      if (place === undefined) sessions.set(key, (place = new Place()));
      this.#path.push('json');
      this.#value(json, undefined, place);
      this.#path.pop();
      return;
    }
    if (kind === undefined || (typeof text !== 'string' && typeof base64 !== 'string')) {
      this.#value(value, undefined, undefined);
      if (typeof base64 === 'string') this.#compressed(value, base64);
      return;
    }
    const isBinary = typeof base64 === 'string';
    const piece = {
      line: this.#line,
      text: isBinary ? Buffer.from(base64, 'base64').toString('latin1') : (text as string),
      isBinary,
    };
    const key = `${kind} ${String(value[kind])}`;
    const pieces = streams.get(key);
    if (pieces === undefined) streams.set(key, [piece]);
    else pieces.push(piece);
  }

  #compressed(line: Readonly<Record<string, unknown>>, base64: string): void {
    const body = uncompressed(line, Buffer.from(base64, 'base64'));
    if (body === undefined) return;
    this.#path.push('base64~');
    this.#string(body.toString('utf8'), undefined);
    this.#path.pop();
  }

  #wholeText(text: string): void {
    this.#line = 1;
    const value = parse(text);
    if (value === undefined) this.#check(text, 'joined-stream');
    else this.#value(value, undefined, undefined);
  }

  /** Each piece for itself, then what they say together: as text where they are text, and string by string where they are JSON. */
  #stream(pieces: readonly Piece[]): void {
    const place = new Place();
    const rests: string[] = [];
    let isCut = false;
    for (const { line, text, isBinary } of pieces) {
      this.#line = line;
      const payloads = payloadsOf(text, isBinary);
      isCut ||= payloads.isCut;
      this.#payloads(payloads.values, place);
      if (payloads.rest === '') continue;
      rests.push(payloads.rest);
      this.#path.push(isBinary ? 'base64' : 'text');
      this.#check(payloads.rest, isBinary ? 'base64' : 'plain');
      this.#path.pop();
    }
    this.#line = pieces[0]!.line;
    if (pieces.length > 1) {
      if (rests.length > 1) this.#check(rests.join(''), 'joined-stream');
      const whole = isCut ? payloadsOf(pieces.map(({ text }) => text).join(''), false) : undefined;
      if (whole !== undefined) {
        this.#payloads(whole.values, place);
        this.#check(whole.rest, 'joined-stream');
      }
    }
    this.#spelled(place);
  }

  /** What the strings at one place of successive payloads say together. */
  #spelled(whole: Place): void {
    for (const { path, line, text } of whole.spelled()) {
      this.#line = line;
      this.#path.push(path);
      this.#check(text, 'joined-stream');
      this.#path.pop();
    }
  }

  #payloads(values: readonly object[], place: Place): void {
    if (values.length === 0) return;
    this.#path.push('text~');
    for (const value of values) this.#value(value, undefined, place);
    this.#path.pop();
  }

  /** Everything inside a JSON value. `name` is the field it stands under; `place` collects what successive payloads spell. */
  #value(value: unknown, name: string | undefined, place: Place | undefined): void {
    if (typeof value === 'string') {
      if (place !== undefined) {
        place.add(value, this.#line);
        if (place.last === value) return;
        if (value.length < 256) place.last = value;
      }
      if (value.length < 8) return;
      if (name !== undefined) this.#named(name, value);
      if (name === 'base64') this.#check(Buffer.from(value, 'base64').toString('latin1'), 'base64');
      else this.#string(value, name);
    } else if (Array.isArray(value)) this.#array(value as unknown[], name, place);
    else if (typeof value === 'object' && value !== null)
      this.#object(value as Record<string, unknown>, place);
  }

  #array(values: readonly unknown[], name: string | undefined, place: Place | undefined): void {
    const [first, second] = values;
    if (typeof first === 'number') {
      const text = bytesAsText(values);
      if (text === undefined) return;
      if (place !== undefined) place.add(text, this.#line);
      if (values.length >= fewestBytes) this.#check(text, 'json');
      return;
    }
    // A header: a pair of name and value.
    if (values.length === 2 && typeof first === 'string' && typeof second === 'string') {
      this.#path.push('[1]');
      this.#named(first, second);
      this.#path.pop();
    }
    const inner = place?.at('[]');
    for (let index = 0; index < values.length; index += 1) {
      this.#path.push(`[${index}]`);
      this.#value(values[index], name, inner);
      this.#path.pop();
    }
    // Log probabilities: the text token by token.
    if (typeof (first as { token?: unknown } | null)?.token === 'string') {
      this.#path.push('[].token');
      const tokens = (values as { token?: unknown }[]).map(({ token }) => String(token ?? ''));
      this.#check(tokens.join(''), 'joined-stream');
      this.#path.pop();
    }
  }

  #object(fields: Readonly<Record<string, unknown>>, place: Place | undefined): void {
    const inner = place === undefined ? undefined : markedPlace(place, fields);
    for (const key in fields) {
      this.#path.push(key);
      if (key.length >= 12) this.#string(key, undefined);
      this.#value(fields[key], key, inner?.at(key));
      this.#path.pop();
    }
    // `{ "name": "x-api-key", "value": "..." }`
    const { name, key, value } = fields;
    const label = typeof name === 'string' ? name : key;
    if (typeof label === 'string' && typeof value === 'string') {
      this.#path.push('value');
      this.#named(label, value);
      this.#path.pop();
    }
  }

  #named(name: string, value: string): void {
    if (isSecretName(name) && isUnpredictable(value)) this.#add('secret-name', value, 'plain');
  }

  /** A string value and all it may be decoded to; JSON inside it is walked with its names. */
  #string(text: string, name: string | undefined): void {
    this.#check(text, 'plain');
    if (text.length < 16 || name === 'base64') return;
    const code = text.charCodeAt(0);
    if (code === 0x7b || code === 0x5b || text.includes('\n{') || text.includes('data:')) {
      this.#path.push('~');
      const whole = code === 0x7b || code === 0x5b ? parse(text) : undefined;
      if (whole !== undefined) this.#value(whole, undefined, undefined);
      else for (const value of payloadsOf(text, false).values) this.#value(value, undefined, undefined);
      this.#path.pop();
    }
  }

  #check(text: string, encoding: FindingEncoding): void {
    if (text.length < 4 || this.#findings.size >= mostFindings) return;
    this.#look(text, encoding);
    for (const decoded of decodings(text)) this.#look(decoded.text, decoded.encoding);
  }

  #look(text: string, encoding: FindingEncoding): void {
    const hit: Hit = (ruleId, start, end) => this.#add(ruleId, text.slice(start, end), encoding);
    inspect(text, hit);
    this.#known(text, hit);
  }

  #add(ruleId: string, value: string, encoding: FindingEncoding): void {
    if (this.#ignored.has(ruleId) || this.#findings.size >= mostFindings) return;
    const path = this.#readablePath();
    // Found plain and found decoded is one finding: the first is the plainest.
    const key = `${ruleId} ${this.#line} ${path}`;
    if (this.#findings.has(key)) return;
    const finding = { ruleId, line: this.#line, ...(path !== '' && { path }), encoding };
    if (ruleId !== 'known-value' && this.#isAllowed?.(finding, value) === true) return;
    this.#findings.set(key, {
      ...finding,
      ...(this.#wantsFingerprints && { fingerprint: fingerprintOf(value) }),
    });
  }

  /** Keys that could themselves be secrets are not shown. */
  #readablePath(): string {
    let path = '';
    for (const segment of this.#path) {
      if (/^[~[]/.test(segment)) path += segment;
      else path += (path === '' || path.endsWith('~') ? '' : '.') + this.#readable(segment);
    }
    return path;
  }

  #readable(segment: string): string {
    let isSafe = /^[A-Za-z_$][\w$.[\]~-]{0,80}$/.test(segment);
    if (segment.length >= 8) {
      const hit = (): void => {
        isSafe = false;
      };
      inspect(segment, hit);
      this.#known(segment, hit);
      isSafe &&= segment.length <= 32 || !/\d/.test(segment);
    }
    return isSafe ? segment : '*';
  }
}

function bytesAsText(values: readonly unknown[]): string | undefined {
  for (const value of values)
    if (!Number.isInteger(value) || (value as number) < 0 || (value as number) > 255) return undefined;
  return Buffer.from(values as number[]).toString('latin1');
}
