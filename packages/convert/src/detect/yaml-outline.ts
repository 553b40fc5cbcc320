import { fieldsOf, listOf } from '../reading/fields.ts';
import { YamlReader } from '../yaml/load.ts';

/** Lines that are looked at: the first exchanges of a recording have all keys there are. */
const mostLines = 4000;

/**
 * The paths of the keys of a YAML text in block style, by their indentation alone: `interactions[].request.uri`. Works on a text
 * that ends anywhere. Lines of block scalars may add paths below their own key; formats are told by paths above.
 */
export function yamlOutline(text: string): ReadonlySet<string> {
  const paths = new Set<string>();
  /** The open keys and list elements with the column they stand at. */
  const open: { readonly column: number; readonly path: string }[] = [];
  const above = (column: number): string => {
    while (open.length > 0 && open.at(-1)!.column >= column) open.pop();
    return open.at(-1)?.path ?? '';
  };
  let from = 0;
  for (let count = 0; count < mostLines && from < text.length; count++) {
    const end = text.indexOf('\n', from);
    let line = text.slice(from, end === -1 ? text.length : end);
    from = end === -1 ? text.length : end + 1;
    if (line.startsWith('---')) {
      open.length = 0;
      line = line.slice(3);
    }
    let column = 0;
    for (;;) {
      const dash = /^( *)- /.exec(line);
      if (dash === null) break;
      column += dash[1]!.length;
      // A list may stand at the column of its key.
      const path = `${above(column + 0.5)}[]`;
      paths.add(path);
      open.push({ column: column + 0.5, path });
      column += 2;
      line = line.slice(dash[0].length);
    }
    const key = /^( *)(["']?)([\w$-]+)\2:(?:\s|$)/.exec(line);
    if (key === null) continue;
    column += key[1]!.length;
    const parent = above(column);
    const path = parent === '' ? key[3]! : `${parent}.${key[3]!}`;
    paths.add(path);
    open.push({ column, path });
  }
  return paths;
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
