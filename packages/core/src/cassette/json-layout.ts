/**
 * JSON bodies are stored as JSON, for the reader of a diff, when their exact bytes can be made again from the value.
 * What must be known for that beside the value is the white space: the layout.
 */
export interface JsonLayout {
  /** Pretty-printed: spaces per level (1 to 10), or a tab. */
  readonly indent?: number | '\t';
  /** On one line with a space after `:` and `,`, as Python's `json.dumps` writes. */
  readonly spaced?: true;
  /** White space around the value: a final newline, keep-alive blanks before it. */
  readonly before?: string;
  readonly after?: string;
}

/** A JSON text taken apart: the value in compact form and the layout that makes the original of it again. */
export interface JsonParts {
  readonly compact: string;
  readonly layout: JsonLayout;
}

/**
 * Deeper documents stay text: `JSON.stringify` recurses, and the stack that is left when a cassette is read is not
 * known when it is written.
 */
const MAX_DEPTH = 256;

/**
 * Takes a JSON object or array apart, or returns `undefined` when its bytes would not come back: duplicate keys, numbers
 * such as `1.0`, `-0` or `1e400`, needless escapes, unusual white space. Bare scalars are left to plain text.
 */
export function takeApart(text: string): JsonParts | undefined {
  const core = text.trim();
  if (core[0] !== '{' && core[0] !== '[') return undefined;
  if (isTooDeep(core)) return undefined;
  const value = parse(core);
  if (value === undefined) return undefined;

  const start = text.indexOf(core[0]);
  const around = { before: text.slice(0, start), after: text.slice(start + core.length) };
  // `trim` also removes white space that JSON does not allow around a value.
  if (!isJsonSpace(around.before) || !isJsonSpace(around.after)) return undefined;

  const compact = JSON.stringify(value);
  const inner = compact === core ? {} : innerLayout(core, compact, value);
  if (inner === undefined) return undefined;
  const { before, after } = around;
  return { compact, layout: { ...inner, ...(before !== '' && { before }), ...(after !== '' && { after }) } };
}

/** The exact text again. Throws a `RangeError` for values nested deeper than the stack allows. */
export function putTogether(value: unknown, { indent, spaced, before = '', after = '' }: JsonLayout): string {
  const core = spaced === true ? stringifySpaced(value) : JSON.stringify(value, null, indent);
  return before + core + after;
}

export function isJsonSpace(text: string): boolean {
  return /^[ \t\r\n]*$/.test(text);
}

function parse(text: string): object | undefined {
  try {
    return JSON.parse(text) as object;
  } catch {
    return undefined;
  }
}

function innerLayout(core: string, compact: string, value: unknown): JsonLayout | undefined {
  const pretty = /^.\n( {1,10}|\t)/.exec(core)?.[1];
  if (pretty === undefined) return isSpaced(core, compact) ? { spaced: true } : undefined;
  const layout: JsonLayout = { indent: pretty === '\t' ? '\t' : pretty.length };
  return putTogether(value, layout) === core ? layout : undefined;
}

/** Whether a text is the compact one with a space after each `:` and `,` between values: what {@link putTogether} would make of it. */
function isSpaced(core: string, compact: string): boolean {
  let at = 0;
  let inString = false;
  for (let i = 0; i < compact.length; i++) {
    const code = compact.charCodeAt(i);
    if (core.charCodeAt(at++) !== code) return false;
    if (code === QUOTE) inString = !inString;
    else if (!inString) {
      if ((code === COMMA || code === COLON) && core.charCodeAt(at++) !== SPACE) return false;
    } else if (code === BACKSLASH && core.charCodeAt(at++) !== compact.charCodeAt(++i)) return false;
  }
  return at === core.length;
}

const SPACE = 0x20;
const QUOTE = 0x22;
const COMMA = 0x2c;
const COLON = 0x3a;
const BACKSLASH = 0x5c;

/** Newlines in the output of `JSON.stringify` are all structural (strings escape theirs), so they can be folded away. */
function stringifySpaced(value: unknown): string {
  return JSON.stringify(value, null, 1).replaceAll(/,\n */g, ', ').replaceAll(/\n */g, '');
}

/** Whether JSON is nested more deeply than {@link MAX_DEPTH}. Few brackets cannot be, and finding those is a fraction of the work. */
function isTooDeep(text: string): boolean {
  let brackets = 0;
  for (const bracket of ['{', '[']) {
    for (let at = text.indexOf(bracket); at !== -1; at = text.indexOf(bracket, at + 1)) {
      brackets++;
      if (brackets > MAX_DEPTH) return depthOf(text) > MAX_DEPTH;
    }
  }
  return false;
}

function depthOf(text: string): number {
  let depth = 0;
  let deepest = 0;
  let inString = false;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (inString) {
      if (code === BACKSLASH) i++;
      else if (code === QUOTE) inString = false;
    } else if (code === QUOTE) inString = true;
    // `{` and `[` differ from `}` and `]` by two.
    else if (code === OPEN_BRACE || code === OPEN_BRACKET) deepest = Math.max(deepest, ++depth);
    else if (code === OPEN_BRACE + 2 || code === OPEN_BRACKET + 2) depth--;
  }
  return deepest;
}

const OPEN_BRACE = 0x7b;
const OPEN_BRACKET = 0x5b;
