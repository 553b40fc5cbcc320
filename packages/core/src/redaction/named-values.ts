import { customFieldRuleId, type FieldNames, type NameVerdict } from './field-names.ts';
import { isPlaceholder, placeholder } from './placeholder.ts';
import { looksLikeCredential, looksRandom } from './randomness.ts';
import { type Span, priority } from './span.ts';

const SPACE = 0x20;
const TAB = 0x09;
const QUOTE = 0x22;
const APOSTROPHE = 0x27;
const BACKSLASH = 0x5c;
const EQUALS = 0x3d;
const COLON = 0x3a;
const SMALL_E = 0x65;
const SMALL_S = 0x73;

const longestName = 64;
/** Of a quoted value; a longer one is a document. */
const longestValue = 16_384;
/** As much of an unquoted value is judged; what is found is taken whole. */
const judgedLength = 256;

/**
 * Values whose name says that they are secret: JSON fields at any depth of escaping (a JSON text inside a JSON string), form and query
 * parameters, assignments in code and `.env` files, header lines. Works on the text as it is; nothing is parsed.
 *
 * It starts from the separators (`:` and `=`), of which a body has few, and looks at the letters before one. Most names are out then.
 */
export function scanNamedValues(text: string, names: FieldNames, found: (span: Span) => void): void {
  scanSeparators(text, ':', names, found);
  scanSeparators(text, '=', names, found);
  scanPairs(text, names, found);
}

function scanSeparators(
  text: string,
  separator: ':' | '=',
  names: FieldNames,
  found: (span: Span) => void,
): void {
  const kind = separator.charCodeAt(0);
  let at = text.indexOf(separator);
  // Lists are read once, however many begin inside another.
  const lists = { readTo: 0 };
  while (at !== -1) {
    const span = mayFollowName(text, at, names) ? spanAt(text, at, kind, names, lists, found) : undefined;
    if (span !== undefined) found(span);
    // Past what was found: `secret=a1secret=a1...` must not be read anew from each of its names.
    at = text.indexOf(separator, span?.end ?? at + 1);
  }
}

/** {@link spanAt} without what most separators do not need. Never wrongly false. */
function mayFollowName(text: string, separator: number, names: FieldNames): boolean {
  let end = separator - 1;
  if (end < 0) return true;
  const before = text.charCodeAt(end);
  const isQuoted = before === QUOTE || before === APOSTROPHE;
  if (isQuoted) {
    end -= 1;
    while (end > 0 && text.charCodeAt(end) === BACKSLASH) end -= 1;
  }
  if (end < 3 || isBlank(before)) return true;
  if (names.mayEnd(text, end + 1)) return true;
  if (!isQuoted) return false;
  // Names in the plural, and `"value"`.
  const last = text.charCodeAt(end);
  if ((last | 0x20) === SMALL_S) return names.mayEnd(text, end);
  return last === SMALL_E && text.startsWith('alu', end - 3);
}

function spanAt(
  text: string,
  separator: number,
  kind: number,
  names: FieldNames,
  lists: { readTo: number },
  found: (span: Span) => void,
): Span | undefined {
  let nameEnd = separator;
  while (nameEnd > 0 && isBlank(text.charCodeAt(nameEnd - 1)) && separator - nameEnd < 4) nameEnd -= 1;
  let quote = text.charCodeAt(nameEnd - 1);
  /** Backslashes before the quote: how deep in strings this is. */
  let quoting = 0;
  if (quote === QUOTE || quote === APOSTROPHE) {
    nameEnd -= 1;
    quoting = nameEnd;
    while (nameEnd > 0 && text.charCodeAt(nameEnd - 1) === BACKSLASH) nameEnd -= 1;
    quoting -= nameEnd;
  } else quote = 0;
  const last = text.charCodeAt(nameEnd - 1);
  const isValue = last === SMALL_E && quote !== 0 && kind === COLON && text.startsWith('alue', nameEnd - 4);
  const isPlural = (last | 0x20) === SMALL_S && kind === COLON && quote !== 0;
  if (!names.mayEnd(text, nameEnd) && !isValue && !(isPlural && names.mayEnd(text, nameEnd - 1)))
    return undefined;

  let nameStart = nameEnd;
  while (
    nameStart > 0 &&
    nameEnd - nameStart <= longestName &&
    isNameCharacter(text.charCodeAt(nameStart - 1))
  )
    nameStart -= 1;
  const isQueryParameter = kind === EQUALS && quote === 0 && followsQueryMark(text, nameStart);
  // `\u0026key=`: an escaped `&`, as Go and .NET write it. The digits are no part of the name.
  let name = text.slice(nameStart, nameEnd);
  if (text.charCodeAt(nameStart - 1) === BACKSLASH) name = name.replace(/^(?:u[0-9A-Fa-f]{4}|[nrtbf])/, '');
  if (isValue && /^value$/i.test(name)) return valueOfPair(text, nameStart, separator, quoting, names);
  const verdict = isQueryParameter ? names.judgeQuery(name) : names.judge(name);
  if (quote !== 0 && kind === COLON && separator >= lists.readTo) {
    const ofMany = verdict ?? (isPlural ? names.judge(name.slice(0, -1)) : undefined);
    if (ofMany !== undefined) lists.readTo = scanList(text, separator + 1, quoting, ofMany, isPlural, found);
  }
  if (verdict === undefined) return undefined;

  const value = valueAfter(text, separator + 1, quote !== 0);
  if (value === undefined || (quote === QUOTE && !isQuotedLike(text, value, quoting))) return undefined;
  if (!isSecret(text.slice(value.start, value.end), verdict, value.quoted && quote !== 0)) return undefined;
  let { end } = value;
  if (!value.quoted) while (end < text.length && !endsBareWord(text, end)) end += 1;
  return { start: value.start, end, replacement: placeholder(verdict.ruleId), rank: priority.named };
}

/**
 * The strings of `"passwords": ["...", "..."]`, and those that look like credentials in `"secrets": { "db": "..." }`. An object under a
 * name in the singular (`"password": { "type": "string" }`) describes and does not hold.
 * @returns how far it was read.
 */
function scanList(
  text: string,
  from: number,
  quoting: number,
  verdict: NameVerdict,
  isPlural: boolean,
  found: (span: Span) => void,
): number {
  let at = from;
  while (isSpace(text.charCodeAt(at))) at += 1;
  const isArray = text[at] === '[';
  if (!isArray && !(isPlural && text[at] === '{')) return 0;
  const limit = Math.min(text.length, at + longestValue);
  let depth = 0;
  let lastName = '';
  while (at < limit) {
    const code = text.charCodeAt(at);
    if (code === 0x5b || code === 0x7b) depth += 1;
    else if (code === 0x5d || code === 0x7d) {
      depth -= 1;
      if (depth === 0) return at;
    } else if (code === BACKSLASH || code === QUOTE) {
      let backslashes = 0;
      while (text.charCodeAt(at + backslashes) === BACKSLASH) backslashes += 1;
      // Another depth: the string in which the list is ends here.
      if (text.charCodeAt(at + backslashes) !== QUOTE || backslashes !== quoting) return at;
      const value = quotedValue(text, at + backslashes + 1, backslashes);
      if (value === undefined) return at;
      at = value.end + backslashes;
      const string = text.slice(value.start, value.end);
      if (/^\s*:/.test(text.slice(at + 1, at + 4))) lastName = string;
      else if (isOfList(string, verdict, isArray, depth, lastName))
        found({
          start: value.start,
          end: value.end,
          replacement: placeholder(verdict.ruleId),
          rank: priority.named,
        });
    }
    at += 1;
  }
  return at;
}

/** Members of members (the cookies of an HTTP archive have a domain and a date) are secret only where they are called "value". */
function isOfList(
  string: string,
  verdict: NameVerdict,
  isArray: boolean,
  depth: number,
  name: string,
): boolean {
  if (depth > 1) return /^value$/i.test(name) && isSecret(string, verdict, true);
  return isArray ? isSecret(string, verdict, true) : !isPlaceholder(string) && looksLikeCredential(string);
}

const nameBefore =
  /\\{0,16}"(?:name|key|header|field|variable|env|label)\\{0,16}"\s{0,4}:\s{0,4}\\{0,16}"([\w.-]{1,64})\\{0,16}"\s{0,40},\s{0,40}\\{0,16}"$/i;
const nameBehind =
  /\\{0,16}"\s{0,40},\s{0,40}\\{0,16}"(?:name|key|header|field|variable|env|label)\\{0,16}"\s{0,4}:\s{0,4}\\{0,16}"([\w.-]{1,64})\\{0,16}"/iy;

/** `{ "name": "x-api-key", "value": "..." }`, in either order: the way HTTP archives and tool definitions write headers and variables. */
function valueOfPair(
  text: string,
  keyStart: number,
  separator: number,
  quoting: number,
  names: FieldNames,
): Span | undefined {
  const value = valueAfter(text, separator + 1, true);
  if (value === undefined || !value.quoted || !isQuotedLike(text, value, quoting)) return undefined;
  nameBehind.lastIndex = value.end;
  const name =
    nameBefore.exec(text.slice(Math.max(0, keyStart - 200), keyStart))?.[1] ?? nameBehind.exec(text)?.[1];
  return name === undefined ? undefined : spanOfPair(text, name, value, names);
}

/** Whether a string has as many backslashes before its quote as its name: otherwise that quote ends the string in which the name is. */
function isQuotedLike(text: string, value: Value, quoting: number): boolean {
  const quote = value.start - 1;
  if (!value.quoted || text.charCodeAt(quote) !== QUOTE) return true;
  let backslashes = 0;
  while (text.charCodeAt(quote - backslashes - 1) === BACKSLASH) backslashes += 1;
  return backslashes === quoting;
}

function spanOfPair(text: string, name: string, value: Value, names: FieldNames): Span | undefined {
  const verdict = names.judge(name);
  if (verdict === undefined || !isSecret(text.slice(value.start, value.end), verdict, true)) return undefined;
  return {
    start: value.start,
    end: value.end,
    replacement: placeholder(verdict.ruleId),
    rank: priority.named,
  };
}

/** `["x-api-key", "..."]`: a header as a pair. */
function scanPairs(text: string, names: FieldNames, found: (span: Span) => void): void {
  for (let open = text.indexOf('['); open !== -1; open = text.indexOf('[', open + 1)) {
    let at = open + 1;
    while (isSpace(text.charCodeAt(at))) at += 1;
    let depth = 0;
    while (text.charCodeAt(at + depth) === BACKSLASH) depth += 1;
    if (text.charCodeAt(at + depth) !== QUOTE) continue;
    const nameStart = at + depth + 1;
    at = nameStart;
    while (at - nameStart <= longestName && isNameCharacter(text.charCodeAt(at))) at += 1;
    if (!names.mayEnd(text, at)) continue;
    const name = text.slice(nameStart, at);
    const comma = /^\\*"\s{0,40},/.exec(text.slice(at, at + 64))?.[0];
    if (comma === undefined) continue;
    const value = valueAfter(text, at + comma.length, true);
    if (value === undefined || !value.quoted || !isQuotedLike(text, value, depth)) continue;
    if (!/^\\*"\s*\]/.test(text.slice(value.end, value.end + 48))) continue;
    // A list of names (`"required": ["password", "api_key"]`) is no header.
    if (!looksLikeCredential(text.slice(value.start, value.end).replace(/^\w{1,20} /, ''))) continue;
    const span = spanOfPair(text, name, value, names);
    if (span !== undefined) found(span);
  }
}

function isSecret(value: string, { certainty, ruleId }: NameVerdict, isField: boolean): boolean {
  if (isPlaceholder(value)) return false;
  if (certainty === 'faint') return looksRandom(value);
  return certainty === 'certain' && isField
    ? isPlausibleFieldValue(value, ruleId)
    : looksLikeCredential(value);
}

/** What stands in fields called `password` and the like when nobody's secret is meant: types, masks, references, descriptions. */
const meaningless =
  /^(?:string|str|text|number|integer|boolean|object|null|none|undefined|true|false|required|optional|redacted|secret|password|include|omit|same-origin|\$.*|<.*>|\{\{.*\}\}|(.)\1*|\*.*)$/i;
const variableName = /^[A-Z][A-Z0-9]{0,30}(?:_[A-Z0-9]{1,20})+$/;

function isPlausibleFieldValue(value: string, ruleId: string): boolean {
  if (ruleId === customFieldRuleId) return value !== '';
  if (value.length < 3 || meaningless.test(value) || variableName.test(value)) return false;
  // A sentence describes a secret. Header values and cookies are the exception: there the blank belongs to the syntax.
  if (!/\s/.test(value)) return true;
  return (
    ruleId === 'cookie' ||
    /^(?:bearer|basic|token|apikey|aws4-hmac-sha256)\s+\S{3}/i.test(value) ||
    value.startsWith('-----BEGIN')
  );
}

interface Value {
  readonly start: number;
  readonly end: number;
  readonly quoted: boolean;
}

function valueAfter(text: string, from: number, nameWasQuoted: boolean): Value | undefined {
  let start = from;
  // Pretty-printed JSON may break the line behind the colon; in other text the value of the next line is another matter.
  const mayBreak = nameWasQuoted ? isSpace : isBlank;
  while (mayBreak(text.charCodeAt(start))) start += 1;
  let depth = 0;
  while (text.charCodeAt(start + depth) === BACKSLASH) depth += 1;
  const quote = text.charCodeAt(start + depth);
  if (quote === QUOTE) return quotedValue(text, start + depth + 1, depth);
  if (depth === 0 && quote === APOSTROPHE) {
    const end = text.indexOf("'", start + 1);
    return end === -1 || end - start > longestValue ? undefined : { start: start + 1, end, quoted: true };
  }
  if (depth > 0 || nameWasQuoted) return undefined;
  const word = bareWord(text, start);
  const scheme = text.slice(word.start, word.end).toLowerCase();
  if (manyParameters.has(scheme)) return restOfLine(text, word.end + 1);
  return oneCredential.has(scheme) ? bareWord(text, word.end + 1) : word;
}

/** Schemes of an Authorization header, by what follows: one credential, or a list of parameters in which it is. */
const oneCredential: ReadonlySet<string> = new Set([
  'bearer',
  'basic',
  'token',
  'apikey',
  'key',
  'bot',
  'sso-key',
]);
const manyParameters: ReadonlySet<string> = new Set(['aws4-hmac-sha256', 'aws4-ecdsa-p256-sha256', 'digest']);

function restOfLine(text: string, start: number): Value {
  let end = start;
  while (end < text.length && end - start < 1024 && !endsLine(text.charCodeAt(end))) end += 1;
  return { start, end, quoted: false };
}

function endsLine(code: number): boolean {
  return code < SPACE || code === QUOTE || code === APOSTROPHE || code === BACKSLASH;
}

/**
 * A string whose quotes are written with `depth` backslashes: 0 in plain JSON, 1 in JSON inside a JSON string, 3 one level further. It ends at
 * a quote with as many backslashes, not counting those that are content, of which each takes `2 * depth + 2`. A quote with fewer
 * belongs to a string outside: then this one never ends, because it goes on in the next delta of a stream.
 */
function quotedValue(text: string, start: number, depth: number): Value | undefined {
  const limit = Math.min(text.length, start + longestValue);
  for (let at = text.indexOf('"', start); at !== -1 && at < limit; at = text.indexOf('"', at + 1)) {
    let backslashes = 0;
    while (at - backslashes > start && text.charCodeAt(at - backslashes - 1) === BACKSLASH) backslashes += 1;
    if (backslashes % (2 * depth + 2) === depth) return { start, end: at - depth, quoted: true };
    if (backslashes < depth) return undefined;
  }
  return undefined;
}

function bareWord(text: string, start: number): Value {
  let end = start;
  while (end < text.length && end - start < judgedLength && !endsBareWord(text, end)) end += 1;
  return { start, end, quoted: false };
}

/** White space, quotes and the punctuation that follows a value in URLs, code, headers and markup. */
function endsBareWord(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return (
    code <= SPACE ||
    code === QUOTE ||
    code === APOSTROPHE ||
    code === BACKSLASH ||
    bareWordEnds.has(code) ||
    // A password may have a question mark in it; what begins a query it has not.
    (code === 0x3f && /^\?[\w.~%-]{1,64}=/.test(text.slice(at, at + 66)))
  );
}

const bareWordEnds = new Set([...'&;,<>(){}[]`|#'].map((character) => character.charCodeAt(0)));

/** `?`, `&`, the `;` of `&amp;`, or an escaped `&` before the name of a parameter. */
function followsQueryMark(text: string, nameStart: number): boolean {
  const before = text.charCodeAt(nameStart - 1);
  return (
    before === 0x3f ||
    before === 0x26 ||
    before === 0x3b ||
    (before === BACKSLASH && text.startsWith('u0026', nameStart))
  );
}

function isBlank(code: number): boolean {
  return code === SPACE || code === TAB;
}

function isSpace(code: number): boolean {
  return isBlank(code) || code === 0x0a || code === 0x0d;
}

/** Letters, digits, `_`, `-`, `.`. */
function isNameCharacter(code: number): boolean {
  return (
    (code >= 0x61 && code <= 0x7a) ||
    (code >= 0x41 && code <= 0x5a) ||
    (code >= 0x30 && code <= 0x39) ||
    code === 0x5f ||
    code === 0x2d ||
    code === 0x2e
  );
}
