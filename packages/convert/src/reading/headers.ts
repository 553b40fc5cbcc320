import type { HeaderList } from '@reel/core/engine';
import { repeats, type YamlMap } from '../yaml/schema.ts';
import { Unreadable } from './body.ts';
import { fieldsOf, listOf } from './fields.ts';
import { textOf } from './text.ts';

/** More than any server accepts. An alias of YAML makes many of few. */
const mostHeaders = 2000;

/**
 * Headers in any of the shapes that recordings have: a map to strings or lists, pairs, a flat list. Empty for anything else.
 * @throws Unreadable when there are more than any message has.
 */
export function headersOf(value: unknown): HeaderList {
  const headers = headersIn(value);
  if (headers.length > mostHeaders) throw new Unreadable('it has more headers than any message');
  return headers;
}

function headersIn(value: unknown): HeaderList {
  const list = listOf(value);
  if (list !== undefined) return headersOfList(list);
  const map = fieldsOf(value);
  if (map === undefined) return [];
  const headers: [string, string][] = [];
  for (const [name, values] of [...((map as YamlMap)[repeats] ?? []), ...Object.entries(map)]) {
    for (const one of listOf(values) ?? [values]) {
      const text = textOf(one) ?? (one === null ? '' : undefined);
      if (text !== undefined) headers.push([name, text]);
    }
  }
  return headers;
}

function headersOfList(list: readonly unknown[]): HeaderList {
  if (list.every((item) => typeof item === 'string')) {
    const headers: [string, string][] = [];
    for (let index = 0; index + 1 < list.length; index += 2)
      headers.push([list[index] as string, list[index + 1] as string]);
    return headers;
  }
  return list.flatMap((item): [string, string][] => {
    const pair = listOf(item);
    const fields = fieldsOf(item);
    const name = textOf(pair === undefined ? fields?.['name'] : pair[0]);
    const value = textOf(pair === undefined ? fields?.['value'] : pair[1]);
    return name === undefined ? [] : [[name, value ?? '']];
  });
}
