import type { Recording } from '../reading/recording.ts';
import { fieldsOf, listOf } from '../reading/fields.ts';
import { utf8 } from '../reading/text.ts';
import { YamlProblem, type YamlReader } from './load.ts';

/** A piece of a YAML file, or what is wrong with it. */
export type YamlItem =
  | { readonly value: unknown; readonly number: number }
  | { readonly problem: string; readonly number: number };

/** Files above this size are read item by item: parsed, YAML takes several times its size. */
const wholeUpTo = 4 << 20;

/**
 * The elements of a list under a path of keys (`['log', 'entries']`), one after the other. A damaged file gives what can be read around the
 * damage: the text is cut where the elements begin, and each is parsed alone.
 *
 * The cut is safe: in block style nothing inside an element is indented as little as its dash.
 */
export function* yamlItems(
  recording: Recording,
  path: readonly string[],
  reader: YamlReader,
): Generator<YamlItem> {
  if (recording.size <= wholeUpTo) {
    const items = wholeList(recording, path, reader);
    if (items !== undefined) {
      for (const [index, value] of items.entries()) yield { value, number: index + 1 };
      return;
    }
  }
  let number = 0;
  for (const piece of cutBefore(recording, path)) {
    number++;
    const item = parsePiece(piece, number, reader);
    if ('problem' in item && /alias/.test(item.problem)) {
      // Anchors of an earlier element: only the whole file tells what they stand for.
      const items = wholeList(recording, path, reader);
      if (items !== undefined) {
        for (const [index, value] of items.entries())
          if (index + 1 >= number) yield { value, number: index + 1 };
        return;
      }
    }
    yield item;
  }
}

function wholeList(
  recording: Recording,
  path: readonly string[],
  reader: YamlReader,
): readonly unknown[] | undefined {
  try {
    let [value] = reader.documents(recording.text());
    for (const key of path) value = fieldsOf(value)?.[key];
    return listOf(value);
  } catch (error) {
    if (error instanceof YamlProblem) return undefined;
    throw error;
  }
}

function parsePiece(text: string, number: number, reader: YamlReader): YamlItem {
  try {
    const [document] = reader.documents(text);
    const [value] = listOf(document) ?? [];
    return { value, number };
  } catch (error) {
    if (error instanceof YamlProblem) return { problem: `it is not valid YAML (${error.message})`, number };
    throw error;
  }
}

/** The documents of a stream of documents (`---`), each parsed alone. */
export function* yamlDocuments(recording: Recording, reader: YamlReader): Generator<YamlItem> {
  let number = 0;
  for (const piece of lineGroups(recording, (line) => line.startsWith('---') && !/^---\S/.test(line))) {
    if (/^(?:\s|---\s*|#[^\n]*\n|\.\.\.\s*|%[^\n]*\n)*$/.test(piece)) continue;
    number++;
    try {
      const [value] = reader.documents(piece);
      yield { value, number };
    } catch (error) {
      if (!(error instanceof YamlProblem)) throw error;
      yield { problem: `it is not valid YAML (${error.message})`, number };
    }
  }
}

/** The elements of the list under the last key of `path` as texts, each a list of one. */
function* cutBefore(recording: Recording, path: readonly string[]): Generator<string> {
  const keyLine = new RegExp(`^( *)["']?${path.at(-1)}["']?:\\s*(?:#.*)?$`);
  let keyColumn: number | undefined;
  let isOver = false;
  let dash: string | undefined;
  const groups = lineGroups(recording, (line) => {
    if (isOver) return false;
    if (keyColumn === undefined) {
      const key = keyLine.exec(line.trimEnd());
      if (key !== null && (path.length > 1 || key[1] === '')) keyColumn = key[1]!.length;
      return false;
    }
    dash ??= /^ *- /.exec(line)?.[0];
    if (dash !== undefined && line.startsWith(dash)) return true;
    // Another key beside that of the list ends it. Nearly all lines stand deeper, which is quick to see.
    if (line.startsWith(' '.repeat(keyColumn + 1))) return false;
    const other = /^( *)["'A-Za-z_][^\n]*:/.exec(line);
    isOver = other !== null && other[1]!.length <= keyColumn;
    return isOver;
  });
  for (const group of groups) if (dash !== undefined && group.startsWith(dash)) yield group;
}

/** The text cut before each line that `begins` says begins a group. */
function* lineGroups(recording: Recording, begins: (line: string) => boolean): Generator<string> {
  let lines: string[] = [];
  for (const line of linesOf(recording)) {
    if (begins(line) && lines.length > 0) {
      yield lines.join('');
      lines = [];
    }
    lines.push(line);
  }
  if (lines.length > 0) yield lines.join('');
}

/** The lines of a file with their line ends, without holding all of it. */
export function* linesOf(recording: Recording): Generator<string> {
  // What came since the last line end, as bytes: a block may end inside a character.
  let rest: Buffer[] = [];
  let isFirst = true;
  for (const block of recording.blocks()) {
    const last = block.lastIndexOf(0x0a) + 1;
    if (last > 0) {
      const whole = Buffer.from(block.buffer, block.byteOffset, last);
      // Decoded in one go and then cut: a tenth of the work of decoding line by line.
      const text = utf8(rest.length === 0 ? whole : Buffer.concat([...rest, whole]));
      rest = [];
      let from = isFirst && text.startsWith('\uFEFF') ? 1 : 0;
      isFirst = false;
      while (from < text.length) {
        const end = text.indexOf('\n', from) + 1;
        yield text.slice(from, end);
        from = end;
      }
    }
    // A copy: the block is used again for the next read.
    if (last < block.byteLength) rest.push(Buffer.from(block.subarray(last)));
  }
  if (rest.length === 0) return;
  const text = utf8(Buffer.concat(rest));
  yield isFirst && text.startsWith('\uFEFF') ? text.slice(1) : text;
}
