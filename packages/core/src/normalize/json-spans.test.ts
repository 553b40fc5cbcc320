import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileJsonPaths } from './json-paths.ts';
import { compilePaths, findJsonSpans } from './json-spans.ts';

function found(text: string, ...paths: string[]): string[] | undefined {
  return findJsonSpans(text, compilePaths(paths))?.map(({ start, end }) => text.slice(start, end));
}

/** A JSON text in some writer's style, and the path and place of every scalar in it, in order. */
interface Written {
  readonly text: string;
  readonly scalars: readonly {
    readonly path: readonly string[];
    readonly start: number;
    readonly end: number;
  }[];
}

type Node =
  | { readonly scalar: string }
  | { readonly items: readonly Node[] }
  | { readonly members: readonly (readonly [key: string, value: Node])[] };

const gap = fc.stringMatching(/^[ \t\r\n]{0,3}$/);
const key = fc.oneof(fc.constantFrom('id', 'a', 'b', 'choices'), fc.string({ unit: 'grapheme' }));
/** Strings as different writers escape them. */
const writtenString = fc.oneof(
  fc.string({ unit: 'grapheme' }).map((value) => JSON.stringify(value)),
  fc.constantFrom('"\\u00e9\\"\\\\"', '"\\/"', '"a\\\\"', '"{\\"id\\":[1,2]}"', '""'),
);
const scalar = fc.oneof(
  writtenString,
  fc.constantFrom('0', '-0', '1E5', '1.50', '12345678901234567890', 'true', 'null'),
);
const node = fc.letrec<{ node: Node }>((tie) => ({
  node: fc.oneof(
    { maxDepth: 4 },
    scalar.map((written) => ({ scalar: written })),
    fc.array(tie('node'), { maxLength: 4 }).map((items) => ({ items })),
    fc.array(fc.tuple(key, tie('node')), { maxLength: 4 }).map((members) => ({ members })),
  ),
})).node;

function write(root: Node, nextGap: () => string): Written {
  const scalars: { path: readonly string[]; start: number; end: number }[] = [];
  let text = '';
  const visit = (value: Node, path: readonly string[]): void => {
    text += nextGap();
    if ('scalar' in value) {
      scalars.push({ path, start: text.length, end: text.length + value.scalar.length });
      text += value.scalar;
    } else if ('items' in value) {
      text += '[';
      for (const [index, item] of value.items.entries()) {
        if (index > 0) text += ',';
        visit(item, [...path, String(index)]);
      }
      text += `${nextGap()}]`;
    } else {
      text += '{';
      for (const [index, [name, item]] of value.members.entries()) {
        text += `${index > 0 ? ',' : ''}${nextGap()}${JSON.stringify(name)}${nextGap()}:`;
        visit(item, [...path, name]);
      }
      text += `${nextGap()}}`;
    }
    text += nextGap();
  };
  visit(root, []);
  return { text, scalars };
}

const document = fc
  .tuple(node, fc.infiniteStream(gap))
  .map(([root, gaps]) => write(root, () => gaps.next().value as string));

/** What a rule means, said again in the slowest way. */
function matches(rule: readonly string[], path: readonly string[]): boolean {
  if (rule.length === 0) return path.length === 0;
  const [first, ...rest] = rule;
  if (first === '**') return matches(rest, path) || (path.length > 0 && matches(rule, path.slice(1)));
  return path.length > 0 && (first === '*' || first === path[0]) && matches(rest, path.slice(1));
}

describe('findJsonSpans', () => {
  it('finds what a path names, as written', () => {
    const text = '{ "id" : "a\\u0062", "choices":[{"n":1.50},{"n":2}], "x":{"id":null} }';
    expect(found(text, 'id')).toEqual(['"a\\u0062"']);
    expect(found(text, 'choices.*.n')).toEqual(['1.50', '2']);
    expect(found(text, 'choices.1.n')).toEqual(['2']);
    expect(found(text, '**.id')).toEqual(['"a\\u0062"', 'null']);
    expect(found(text, 'choices')).toEqual([]);
  });

  it('finds every one of duplicate keys', () => {
    expect(found('{"id":"a","id":"b"}', 'id')).toEqual(['"a"', '"b"']);
  });

  it('tells the first rule that names a value', () => {
    const paths = compilePaths(['b', '**.id', 'id']);
    expect(findJsonSpans('{"id":1}', paths)).toEqual([{ start: 6, end: 7, rule: 1 }]);
  });

  it('takes keys that look like paths when they are given as segments', () => {
    const text = '{"a.b":1,"a":{"b":2}}';
    expect(findJsonSpans(text, compileJsonPaths([['a.b']]))).toEqual([{ start: 7, end: 8, rule: 0 }]);
  });

  it('reads a stretch of a longer text and gives offsets in the whole', () => {
    const text = 'data: {"id":"x"}\n\n';
    expect(findJsonSpans(text, compilePaths(['id']), 5, 16)).toEqual([{ start: 12, end: 15, rule: 0 }]);
  });

  it('is not stopped by depth', () => {
    const deep = `${'['.repeat(50_000)}7${']'.repeat(50_000)}`;
    expect(findJsonSpans(deep, compilePaths(['a.b']))).toEqual([]);
  });

  it('finds exactly the scalars that a rule names, in any JSON of any style', () => {
    const segment = fc.oneof(fc.constantFrom('*', '**', 'id', 'a', '0', '1'), key);
    const rules = fc.array(fc.array(segment, { minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 3 });
    fc.assert(
      fc.property(document, rules, ({ text, scalars }, given) => {
        const expected = scalars.flatMap(({ path, start, end }) => {
          const rule = given.findIndex((candidate) => matches(candidate, path));
          return rule === -1 ? [] : [{ start, end, rule }];
        });
        expect(findJsonSpans(text, compileJsonPaths(given))).toEqual(expected);
      }),
    );
  });

  it('answers undefined for exactly the texts that are not JSON', () => {
    const damaged = fc
      .tuple(document, fc.nat(), fc.constantFrom('', '"', '{', '}', ',', '\\', 'x', '\n'))
      .map(
        ([{ text }, at, junk]) =>
          text.slice(0, at % (text.length + 1)) + junk + text.slice((at % (text.length + 1)) + 1),
      );
    fc.assert(
      fc.property(fc.oneof(damaged, fc.string()), (text) => {
        let isJson = true;
        try {
          JSON.parse(text);
        } catch {
          isJson = false;
        }
        expect(findJsonSpans(text, compilePaths(['**'])) !== undefined).toBe(isJson);
      }),
    );
  });
});
