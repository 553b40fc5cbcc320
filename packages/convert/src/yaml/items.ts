import type { Recording } from '../reading/recording.ts';
import { fieldsOf, listOf } from '../reading/fields.ts';
import { linesOf } from '../reading/lines.ts';
import { cutList } from './cut-list.ts';
import { YamlProblem, type YamlReader } from './load.ts';
import { repeats, type YamlMap } from './schema.ts';

/** A piece of a YAML file, or what is wrong with it. */
export type YamlItem =
  | { readonly value: unknown; readonly number: number }
  | { readonly problem: string; readonly number: number };

/** Files above this size are read item by item: parsed, YAML takes several times its size. */
const wholeUpTo = 4 << 20;

/**
 * The elements of a list under a path of keys (`['log', 'entries']`), one after the other. A damaged file gives what can be read around the
 * damage: the text is cut where the elements begin, and each is parsed alone.
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
  for (const piece of cutList(recording, path)) {
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
    for (const key of path.slice(0, -1)) value = fieldsOf(value)?.[key];
    const parent = fieldsOf(value);
    const last = listOf(parent?.[path.at(-1)!]);
    // Two files in one: a merge, or a recorder that appends.
    const earlier = ((parent as YamlMap | undefined)?.[repeats] ?? []).flatMap(([key, list]) =>
      key === path.at(-1) ? (listOf(list) ?? []) : [],
    );
    return last === undefined ? undefined : [...earlier, ...last];
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
