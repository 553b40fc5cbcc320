import { parseJson, writeJson } from '../json-reading.ts';
import type { Part, Turn } from './turn.ts';

/** One message: who said it, and what. */
export function* turnLines({ role, parts }: Turn, separate = true): Generator<string> {
  if (separate) yield '';
  yield `[${role}]`;
  for (const part of parts) yield* partLines(part);
}

function* partLines(part: Part): Generator<string> {
  switch (part.kind) {
    case 'text':
      yield* part.text.split(/\r\n|[\n\r\u2028\u2029]/);
      break;
    case 'reasoning':
      for (const line of part.text.split('\n')) yield `~ ${line}`;
      break;
    case 'refusal':
      yield* indented(`refusal: ${part.text}`);
      break;
    case 'media':
      yield `[${part.label}]`;
      break;
    case 'tool-call':
      yield* indented(
        `→ ${part.name}(${laidOut(part.arguments)})${part.id === undefined ? '' : `  #${part.id}`}`,
      );
      break;
    case 'tool-result': {
      const of = [part.name, part.id === undefined ? undefined : `#${part.id}`].filter(
        (one) => one !== undefined,
      );
      yield `← ${of.length === 0 ? 'result' : of.join('  ')}`;
      for (const inner of part.parts) {
        // What a tool gives back is JSON more often than not.
        const shown = inner.kind === 'text' ? { ...inner, text: laidOut(inner.text) } : inner;
        for (const line of partLines(shown)) yield line === '' ? '' : `  ${line}`;
      }
      break;
    }
    case 'other':
      yield* indented(`[${part.type}] ${laidOut(part.json)}`);
      break;
    default:
      part satisfies never;
  }
}

const widest = 100;

/** JSON on one line with spaces while it is short, indented when it is not; other text as it is. */
export function laidOut(json: string): string {
  const value = parseJson(json);
  if (typeof value !== 'object' || value === null) return json;
  const wide = writeJson(value, 1).replaceAll(/\n\s*/g, ' ');
  // Cut from inside strings, a line break is written as an escape: what was taken out here is layout only.
  return wide.length <= widest ? wide : writeJson(value, 2);
}

export function* indented(text: string): Generator<string> {
  const [first, ...rest] = text.split('\n');
  yield first!;
  for (const line of rest) yield line.trim() === '' ? '' : `  ${line}`;
}
