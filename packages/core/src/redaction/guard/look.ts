import { decodings, type FindingEncoding } from './decodings.ts';
import { type AllowedFinding, createAllowance, fingerprintOf, type SecretFinding } from './finding.ts';
import { inspect, type Hit } from './inspect.ts';
import { createKnownSearch, type KnownSearch } from './known-search.ts';
import { isSecretName, isUnpredictable } from './names.ts';
import { parse, payloadsOf } from './payloads.ts';
import { longestLast, markedPlace, type Place } from './spelled.ts';

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

/** Numbers that may be the bytes of a text: fewer hold no secret. */
const fewestBytes = 12;

/** Looks at values and texts, and keeps what it found with line and path. */
export class Look {
  /** Segments of the path to the value that is looked at; joined only for a finding. */
  readonly path: string[] = [];
  line = 1;
  /** How often something was found, whether or not it is ignored or allowed. */
  hits = 0;
  readonly #findings = new Map<string, SecretFinding>();
  readonly #ignored: ReadonlySet<string>;
  readonly #known: KnownSearch;
  readonly #isAllowed: ReturnType<typeof createAllowance> | undefined;
  readonly #wantsFingerprints: boolean;

  constructor({ known, ignore, allow, fingerprints }: GuardContext) {
    this.#ignored = new Set(ignore);
    this.#known = createKnownSearch(known);
    this.#isAllowed = allow === undefined || allow.length === 0 ? undefined : createAllowance(allow);
    this.#wantsFingerprints = fingerprints === true;
  }

  get findings(): SecretFinding[] {
    return [...this.#findings.values()];
  }

  /** More findings are not looked for. */
  get isFull(): boolean {
    return this.#findings.size >= mostFindings;
  }

  /** Everything inside a JSON value. `name` is the field it stands under; `place` collects what successive payloads spell. */
  value(value: unknown, name: string | undefined, place: Place | undefined): void {
    if (typeof value === 'string') {
      if (place !== undefined) {
        place.add(value, this.line);
        if (place.last === value) return;
        if (value.length < longestLast) place.saysLast(value, -1, -1);
      }
      if (value.length < 8) return;
      if (name !== undefined) this.#named(name, value);
      if (name === 'base64') this.check(Buffer.from(value, 'base64').toString('latin1'), 'base64');
      else this.string(value, name);
    } else if (Array.isArray(value)) this.#array(value as unknown[], name, place);
    else if (typeof value === 'object' && value !== null)
      this.#object(value as Record<string, unknown>, place);
  }

  #array(values: readonly unknown[], name: string | undefined, place: Place | undefined): void {
    const [first, second] = values;
    if (typeof first === 'number') {
      const text = bytesAsText(values);
      if (text === undefined) return;
      if (place !== undefined) place.add(text, this.line);
      if (values.length >= fewestBytes) this.check(text, 'json');
      return;
    }
    // A header: a pair of name and value.
    if (values.length === 2 && typeof first === 'string' && typeof second === 'string') {
      this.path.push('[1]');
      this.#named(first, second);
      this.path.pop();
    }
    const inner = place?.at('[]');
    for (let index = 0; index < values.length; index += 1) {
      this.path.push(`[${index}]`);
      this.value(values[index], name, inner);
      this.path.pop();
    }
    // Log probabilities: the text token by token.
    if (typeof (first as { token?: unknown } | null)?.token === 'string') {
      this.path.push('[].token');
      const tokens = (values as ({ token?: unknown } | null)[]).map((one) => String(one?.token ?? ''));
      this.check(tokens.join(''), 'joined-stream');
      this.path.pop();
    }
  }

  #object(fields: Readonly<Record<string, unknown>>, place: Place | undefined): void {
    const inner = place === undefined ? undefined : markedPlace(place, fields);
    for (const key in fields) {
      this.path.push(key);
      if (key.length >= 12) this.string(key, undefined);
      this.value(fields[key], key, inner?.at(key));
      this.path.pop();
    }
    // `{ "name": "x-api-key", "value": "..." }`
    const { name, key, value } = fields;
    const label = typeof name === 'string' ? name : key;
    if (typeof label === 'string' && typeof value === 'string') {
      this.path.push('value');
      this.#named(label, value);
      this.path.pop();
    }
  }

  #named(name: string, value: string): void {
    if (isSecretName(name) && isUnpredictable(value)) this.#add('secret-name', value, 'plain');
  }

  /** A string value and all it may be decoded to; JSON inside it is walked with its names. */
  string(text: string, name: string | undefined): void {
    this.check(text, 'plain');
    if (text.length < 16 || name === 'base64') return;
    const code = text.charCodeAt(0);
    if (code === 0x7b || code === 0x5b || text.includes('\n{') || text.includes('data:')) {
      this.path.push('~');
      const whole = code === 0x7b || code === 0x5b ? parse(text) : undefined;
      if (whole !== undefined) this.value(whole, undefined, undefined);
      else for (const value of payloadsOf(text, false).values) this.value(value, undefined, undefined);
      this.path.pop();
    }
  }

  /** A text as it is and decoded. */
  check(text: string, encoding: FindingEncoding): void {
    if (text.length < 4 || this.isFull) return;
    this.#look(text, encoding);
    for (const decoded of decodings(text)) this.#look(decoded.text, decoded.encoding);
  }

  /** Whether {@link check} would find nothing. `depth` is how many encodings were undone already. */
  isClean(text: string, depth = 0): boolean {
    if (text.length < 4) return true;
    let isHit = false;
    const hit = (): void => {
      isHit = true;
    };
    inspect(text, hit);
    this.#known(text, hit);
    if (isHit) return false;
    for (const decoded of decodings(text, depth)) {
      inspect(decoded.text, hit);
      this.#known(decoded.text, hit);
    }
    return !isHit;
  }

  #look(text: string, encoding: FindingEncoding): void {
    const hit: Hit = (ruleId, start, end) => this.#add(ruleId, text.slice(start, end), encoding);
    inspect(text, hit);
    this.#known(text, hit);
  }

  #add(ruleId: string, value: string, encoding: FindingEncoding): void {
    this.hits += 1;
    if (this.#ignored.has(ruleId) || this.isFull) return;
    const path = this.#readablePath();
    // Found plain and found decoded is one finding: the first is the plainest.
    const key = `${ruleId} ${this.line} ${path}`;
    if (this.#findings.has(key)) return;
    const finding = { ruleId, line: this.line, ...(path !== '' && { path }), encoding };
    if (ruleId !== 'known-value' && this.#isAllowed?.(finding, value) === true) return;
    this.#findings.set(key, {
      ...finding,
      ...(this.#wantsFingerprints && { fingerprint: fingerprintOf(value) }),
    });
  }

  /** Keys that could themselves be secrets are not shown. */
  #readablePath(): string {
    let path = '';
    for (const segment of this.path) {
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
