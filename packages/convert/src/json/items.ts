import type { Recording } from '../reading/recording.ts';
import { fieldsOf, listOf } from '../reading/fields.ts';
import { utf8 } from '../reading/text.ts';
import { parseJson } from './parse.ts';
import { ArrayScanner } from './array-scanner.ts';

/** An element of a list in a JSON file, or what is wrong with it. */
export type JsonItem =
  | { readonly value: unknown; readonly number: number }
  | { readonly problem: string; readonly number: number };

/** Files above this size are read element by element. */
const wholeUpTo = 4 << 20;

/**
 * The elements of the list at a path of keys (`['log', 'entries']`; empty: the file is the list). A file that is damaged
 * further on gives the elements before the damage, and then the problem.
 */
export function* jsonItems(recording: Recording, path: readonly string[]): Generator<JsonItem> {
  const isSmall = recording.size <= wholeUpTo;
  if (isSmall) {
    const items = wholeList(recording, path);
    if (items !== 'damaged') {
      for (const [index, value] of items.entries()) yield { value, number: index + 1 };
      return;
    }
  }
  let number = 0;
  let hasProblem = false;
  const scanner = new ArrayScanner(path);
  for (const block of recording.blocks()) {
    if (scanner.isDone) break;
    for (const element of scanner.feed(block)) {
      number++;
      try {
        yield { value: parseJson(utf8(element)), number };
      } catch {
        hasProblem = true;
        yield { problem: 'it is not valid JSON', number };
      }
    }
  }
  number++;
  if (!scanner.isDone) yield { problem: 'the file ends in the middle of it', number };
  // Parsed as a whole it made no sense, and all of the list does: two files in one, or a merge that went wrong.
  else if (isSmall && !hasProblem)
    yield { problem: 'the file is damaged outside of its list, or goes on after it', number };
}

/** Empty when the file is valid and has no such list. */
function wholeList(recording: Recording, path: readonly string[]): readonly unknown[] | 'damaged' {
  try {
    let value = parseJson(recording.text());
    for (const key of path) value = fieldsOf(value)?.[key];
    return listOf(value) ?? [];
  } catch {
    return 'damaged';
  }
}
