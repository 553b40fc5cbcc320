import { fieldsOf, listOf } from '../reading/fields.ts';
import { YamlReader } from '../yaml/load.ts';

/** Lines that are looked at, without those of block scalars. A folded body of the whole head has as many. */
const mostLines = 20_000;

/** Elements of the outermost list that are looked at: they are all alike. What comes after the list may be a key of its own. */
const enoughElements = 3;
const topLevel = /\n(?:["'A-Za-z_$]|---)/g;

export interface YamlOutline {
  readonly paths: ReadonlySet<string>;
  /** Whether some element or top-level value is in flow style (`- {`, `interactions: [`), which the paths do not show. */
  readonly hasFlow: boolean;
}

/** A key in its place on a line. */
const keyPattern = /(["']?)([\w$-]+)\1:(?=\s|$)/y;

/**
 * How the first line of a document begins that is a map or a list. Other texts have YAML in them (source code, pages on how to
 * test), and are told by how they begin themselves.
 */
const beginning = /-\s|(["']?)[\w$.-]+\1:(?:\s|$)|(?<! {2})(?:[?{!&]|\[(?=[\s{["'\]]))/y;

/** Lines that say nothing of what a document is. */
const nothing = /(?:#[^\n]*|%[^\n]*|\.\.\.)?[ \t]*\r?(?:\n|$)/y;

/** What stands before a block scalar, to the end of its line. */
const blockStart = /[ \t]*(?:[!&]\S*[ \t]+)*[|>][-+\d]*[ \t]*(?:#[^\n]*)?\r?\n/y;

/**
 * The paths of the keys of a YAML text in block style, by their indentation alone: `interactions[].request.uri`. Works on a text
 * that ends anywhere. None for a text that does not begin as YAML; of a later document that does not, and what follows, none either.
 */
export function yamlOutline(text: string): YamlOutline {
  const paths = new Set<string>();
  let hasFlow = false;
  /** The open keys and list elements with the column they stand at. */
  const open: { readonly column: number; readonly path: string }[] = [];
  const above = (column: number): string => {
    while (open.length > 0 && open.at(-1)!.column >= column) open.pop();
    return open.at(-1)?.path ?? '';
  };
  let from = 0;
  let isStart = true;
  let outermost: string | undefined;
  let elements = 0;
  // Places in the text and no lines cut out of it: most of them are long, and no keys.
  for (let count = 0; count < mostLines && from < text.length; count++) {
    let at = from;
    const end = text.indexOf('\n', from);
    from = end === -1 ? text.length : end + 1;
    if (text.startsWith('---', at) && !(text.charCodeAt(at + 3) > space)) {
      open.length = 0;
      isStart = true;
      at += 3;
    }
    const lineStart = at;
    at = afterSpaces(text, at);
    if (isStart) {
      if (matchEnd(nothing, text, at) !== undefined) continue;
      if (matchEnd(beginning, text, at) === undefined) break;
      isStart = false;
    }
    let column = -1;
    while (text.charCodeAt(at) === dash && /\s/.test(text[at + 1] ?? '\n')) {
      column = at - lineStart + 0.5;
      // A list may stand at the column of its key.
      const path = `${above(column)}[]`;
      outermost ??= path;
      if (path === outermost) elements++;
      paths.add(path);
      open.push({ column, path });
      hasFlow ||= text.charCodeAt(at + 2) === brace;
      // What is below a dash alone stands deeper.
      if (text.charCodeAt(at + 1) !== space) break;
      at = afterSpaces(text, at + 2);
    }
    keyPattern.lastIndex = at;
    const key = keyPattern.exec(text);
    if (key === null) {
      // The text of a block scalar that is an element of a list.
      if (column >= 0) from = afterBlock(text, at, from, column);
      continue;
    }
    column = at - lineStart;
    const parent = above(column);
    const path = parent === '' ? key[2]! : `${parent}.${key[2]!}`;
    paths.add(path);
    open.push({ column, path });
    if (column === 0) hasFlow ||= isFlowStart(text.charCodeAt(afterSpaces(text, keyPattern.lastIndex)));
    from = afterBlock(text, keyPattern.lastIndex, from, column);
    if (elements > enoughElements) {
      from = nextTopLevel(text, from - 1);
      elements = 0;
    }
  }
  return { paths, hasFlow };
}

const newline = 0x0a;
const carriageReturn = 0x0d;
const space = 0x20;
const dash = 0x2d;
const brace = 0x7b;

/** Where the next line begins that is a key of the whole document, or a new document. */
function nextTopLevel(text: string, at: number): number {
  topLevel.lastIndex = at;
  const found = topLevel.exec(text);
  return found === null ? text.length : found.index + 1;
}

function afterSpaces(text: string, at: number): number {
  let after = at;
  while (text.charCodeAt(after) === space) after++;
  return after;
}

/** Where the match that begins at a place ends; `undefined` when there is none. */
function matchEnd(sticky: RegExp, text: string, at: number): number | undefined {
  sticky.lastIndex = at;
  return sticky.test(text) ? sticky.lastIndex : undefined;
}

/** The line after a block scalar that begins at `at`: the first that stands no deeper than its key. `next` when there is no such scalar. */
function afterBlock(text: string, at: number, next: number, column: number): number {
  if (matchEnd(blockStart, text, at) === undefined) return next;
  for (let line = next; line < text.length;) {
    const from = afterSpaces(text, line);
    const code = text.charCodeAt(from);
    if (from - line <= column && code !== newline && code !== carriageReturn) return line;
    const end = text.indexOf('\n', from);
    line = end === -1 ? text.length : end + 1;
  }
  return text.length;
}

function isFlowStart(code: number): boolean {
  return code === brace || code === 0x5b;
}

/** The same of YAML in flow style (`interactions: [{...}]`): parsed whole. */
export function flowOutline(text: string): ReadonlySet<string> {
  const paths = new Set<string>();
  const walk = (value: unknown, path: string, depth: number): void => {
    if (depth > 4) return;
    const [first] = listOf(value) ?? [];
    if (first !== undefined) {
      paths.add(`${path}[]`);
      walk(first, `${path}[]`, depth);
    }
    for (const [key, child] of Object.entries(fieldsOf(value) ?? {})) {
      const name = path === '' ? key : `${path}.${key}`;
      paths.add(name);
      walk(child, name, depth + 1);
    }
  };
  try {
    walk(new YamlReader().documents(text)[0], '', 0);
  } catch {
    // Not YAML: then it has no keys.
  }
  return paths;
}
