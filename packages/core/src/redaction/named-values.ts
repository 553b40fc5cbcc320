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

const longestName = 64;
/** Of a quoted value; a longer one is a document. */
const longestValue = 16_384;
/** As much of an unquoted value is judged; what is found is taken whole. */
const judgedLength = 256;

/**
 * Values whose name says that they are secret: JSON fields at any depth of escaping (a JSON text inside a JSON string), form and query
 * parameters, assignments in code and `.env` files, header lines. Works on the text as it is; nothing is parsed.
 *
 * It starts from the separators (`:` and `=`), of which a body has few, and looks at the two letters before one. Most names are out then.
 */
export function scanNamedValues(text: string, names: FieldNames, found: (span: Span) => void): void {
  scanSeparators(text, ':', names, found);
  scanSeparators(text, '=', names, found);
}

function scanSeparators(
  text: string,
  separator: ':' | '=',
  names: FieldNames,
  found: (span: Span) => void,
): void {
  const kind = separator.charCodeAt(0);
  let at = text.indexOf(separator);
  while (at !== -1) {
    const span = spanAt(text, at, kind, names);
    if (span !== undefined) found(span);
    // Past what was found: `secret=a1secret=a1...` must not be read anew from each of its names.
    at = text.indexOf(separator, span?.end ?? at + 1);
  }
}

function spanAt(text: string, separator: number, kind: number, names: FieldNames): Span | undefined {
  let nameEnd = separator;
  while (nameEnd > 0 && isBlank(text.charCodeAt(nameEnd - 1)) && separator - nameEnd < 4) nameEnd -= 1;
  let quote = text.charCodeAt(nameEnd - 1);
  if (quote === QUOTE || quote === APOSTROPHE) {
    nameEnd -= 1;
    while (nameEnd > 0 && text.charCodeAt(nameEnd - 1) === BACKSLASH) nameEnd -= 1;
  } else quote = 0;
  if (!names.mayEnd(text.charCodeAt(nameEnd - 2), text.charCodeAt(nameEnd - 1))) return undefined;

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
  const verdict = isQueryParameter ? names.judgeQuery(name) : names.judge(name);
  if (verdict === undefined) return undefined;

  const value = valueAfter(text, separator + 1, quote !== 0);
  if (value === undefined) return undefined;
  if (!isSecret(text.slice(value.start, value.end), verdict, value.quoted && quote !== 0)) return undefined;
  let { end } = value;
  if (!value.quoted) while (end < text.length && !endsBareWord(text.charCodeAt(end))) end += 1;
  return { start: value.start, end, replacement: placeholder(verdict.ruleId), rank: priority.named };
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
  /^(?:string|str|text|number|integer|boolean|object|null|none|undefined|true|false|required|optional|redacted|secret|password|\$.*|<.*>|\{\{.*\}\}|(.)\1*|\*.*)$/i;
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
  const scheme = /^(?:bearer|basic|token|apikey)$/i.test(text.slice(word.start, word.end));
  return scheme ? bareWord(text, word.end + 1) : word;
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
  while (end < text.length && end - start < judgedLength && !endsBareWord(text.charCodeAt(end))) end += 1;
  return { start, end, quoted: false };
}

/** White space, quotes and the punctuation that follows a value in URLs, code, headers and markup. */
function endsBareWord(code: number): boolean {
  return (
    code <= SPACE || code === QUOTE || code === APOSTROPHE || code === BACKSLASH || bareWordEnds.has(code)
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
