import { isPlaceholder, placeholder } from './placeholder.ts';
import { priority, type Span } from './span.ts';

/** Rule id of the values a user names by their place. */
export const jsonPathRuleId = 'json-path';

/** One level of a path: a key or index, any one (`*`), or any number of levels (`**`). */
type Segment =
  | { readonly kind: 'key'; readonly key: string }
  | { readonly kind: 'any' }
  | { readonly kind: 'deep' };
export type JsonPath = readonly Segment[];

/**
 * Reads `$.user.email`, `messages.*.id`, `tools[0].name`, `$['a.b']`, `**.id` or `$..id`: the paths of `match.ignore`. `undefined` when it
 * cannot be read or names the whole document.
 */
export function parseJsonPath(path: string): JsonPath | undefined {
  const segments: Segment[] = [];
  const token = /(\.\.)|\.?\[(?:'([^']*)'|"([^"]*)"|([^\]'"]*))\]|\.?([^.[\]]+)/y;
  token.lastIndex = path.startsWith('$') ? 1 : 0;
  while (token.lastIndex < path.length) {
    const found = token.exec(path);
    if (found === null) return undefined;
    const quoted = found[2] ?? found[3];
    const word = found[4] ?? found[5];
    if (quoted !== undefined) segments.push({ kind: 'key', key: quoted });
    else if (found[1] !== undefined || word === '**') segments.push({ kind: 'deep' });
    else if (word === '*' || word === '') segments.push({ kind: 'any' });
    else segments.push({ kind: 'key', key: word! });
  }
  return segments.every(({ kind }) => kind === 'deep') ? undefined : segments;
}

/** How far each path has come, as the segments that are left. */
type State = readonly JsonPath[];

/** Deeper documents are left alone: no API writes them. */
const deepest = 512;

/**
 * Every scalar at or below a named place, as spans of the text. Strings keep their quotes; numbers and booleans become strings, so the
 * text stays JSON; `null` says nothing and stays. Stops at what is not JSON.
 */
export function scanJsonPaths(
  text: string,
  start: number,
  end: number,
  paths: readonly JsonPath[],
  found: (span: Span) => void,
): void {
  new Walk(text, start, end, found).value(paths, false, 0);
}

class Walk {
  readonly #text: string;
  readonly #end: number;
  readonly #found: (span: Span) => void;
  #at: number;

  constructor(text: string, start: number, end: number, found: (span: Span) => void) {
    this.#text = text;
    this.#at = start;
    this.#end = end;
    this.#found = found;
  }

  value(state: State, isNamed: boolean, depth: number): void {
    this.#blank();
    const named = isNamed || state.some((path) => path.every(({ kind }) => kind === 'deep'));
    const first = this.#text[this.#at];
    if (depth > deepest) this.#at = this.#end;
    else if (first === '{' || first === '[') this.#members(first === '[', state, named, depth);
    else if (first === '"') {
      const start = this.#at + 1;
      this.#string();
      if (named) this.#take(start, this.#at - 1, placeholder(jsonPathRuleId));
    } else {
      const start = this.#at;
      while (this.#at < this.#end && !',]} \t\r\n'.includes(this.#text[this.#at]!)) this.#at += 1;
      const isNull = this.#text.startsWith('null', start);
      if (named && !isNull) this.#take(start, this.#at, `"${placeholder(jsonPathRuleId)}"`);
    }
  }

  #members(isArray: boolean, state: State, named: boolean, depth: number): void {
    this.#at += 1;
    for (let index = 0; this.#at < this.#end; index += 1) {
      this.#blank();
      const first = this.#text[this.#at];
      if (first === ']' || first === '}') break;
      const key = isArray ? String(index) : this.#key();
      if (key === undefined) {
        this.#at = this.#end;
        return;
      }
      const before = this.#at;
      this.value(step(state, key), named, depth + 1);
      this.#blank();
      if (this.#text[this.#at] === ',') this.#at += 1;
      else if (this.#at === before) this.#at = this.#end;
    }
    this.#at += 1;
  }

  #key(): string | undefined {
    const start = this.#at;
    if (this.#text[start] !== '"') return undefined;
    this.#string();
    const raw = this.#text.slice(start + 1, this.#at - 1);
    this.#blank();
    if (this.#text[this.#at] !== ':') return undefined;
    this.#at += 1;
    return raw.includes('\\') ? unescaped(raw) : raw;
  }

  #string(): void {
    this.#at += 1;
    while (this.#at < this.#end && this.#text.charCodeAt(this.#at) !== 0x22)
      this.#at += this.#text.charCodeAt(this.#at) === 0x5c ? 2 : 1;
    this.#at += 1;
  }

  #blank(): void {
    while (this.#at < this.#end && this.#text.charCodeAt(this.#at) <= 0x20) this.#at += 1;
  }

  #take(start: number, end: number, replacement: string): void {
    if (start >= end || isPlaceholder(this.#text.slice(start, end))) return;
    this.#found({ start, end, replacement, rank: priority.custom });
  }
}

function step(state: State, key: string): JsonPath[] {
  const next: JsonPath[] = [];
  for (const path of state) advance(path, key, next);
  return next;
}

function advance(path: JsonPath, key: string, next: JsonPath[]): void {
  const [head, ...rest] = path;
  if (head === undefined) return;
  if (head.kind === 'deep') {
    next.push(path);
    advance(rest, key, next);
  } else if (head.kind === 'any' || head.key === key) next.push(rest);
}

function unescaped(raw: string): string {
  try {
    return JSON.parse(`"${raw}"`) as string;
  } catch {
    return raw;
  }
}
