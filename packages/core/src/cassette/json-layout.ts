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
  if (depthOf(core) > MAX_DEPTH) return undefined;
  const value = parse(core);
  if (value === undefined) return undefined;

  const start = text.indexOf(core[0]);
  const around = { before: text.slice(0, start), after: text.slice(start + core.length) };
  // `trim` also removes white space that JSON does not allow around a value.
  if (!isJsonSpace(around.before) || !isJsonSpace(around.after)) return undefined;

  const compact = JSON.stringify(value);
  const inner = compact === core ? {} : innerLayout(core, value);
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

function innerLayout(core: string, value: unknown): JsonLayout | undefined {
  const pretty = /^.\n( {1,10}|\t)/.exec(core)?.[1];
  const layout: JsonLayout =
    pretty === undefined ? { spaced: true } : { indent: pretty === '\t' ? '\t' : pretty.length };
  return putTogether(value, layout) === core ? layout : undefined;
}

/** Newlines in the output of `JSON.stringify` are all structural (strings escape theirs), so they can be folded away. */
function stringifySpaced(value: unknown): string {
  return JSON.stringify(value, null, 1).replaceAll(/,\n */g, ', ').replaceAll(/\n */g, '');
}

function depthOf(text: string): number {
  let depth = 0;
  let deepest = 0;
  let inString = false;
  for (let i = 0; i < text.length; i++) {
    const char = text[i];
    if (inString) {
      if (char === '\\') i++;
      else if (char === '"') inString = false;
    } else if (char === '"') inString = true;
    else if (char === '{' || char === '[') deepest = Math.max(deepest, ++depth);
    else if (char === '}' || char === ']') depth--;
  }
  return deepest;
}
