import { list, text } from '../json-reading.ts';
import { turnOf } from './read-request.ts';
import type { ReadableAnswer, Turn } from './turn.ts';

/** The Responses API. */
export function readResponseObject(json: unknown): ReadableAnswer | undefined {
  if (text(json, 'object') !== 'response') return undefined;
  const turns = list(json, 'output').map((item) => turnOf(item));
  const status = text(json, 'status');
  const reason = text(json, 'incomplete_details', 'reason');
  return {
    turns: joinedTurns(turns),
    finish: status === undefined ? [] : [reason === undefined ? status : `${status} (${reason})`],
  };
}

/** Items of one answer that stand after each other are one message to a reader. */
function joinedTurns(turns: readonly Turn[]): Turn[] {
  const joined: Turn[] = [];
  for (const turn of turns) {
    const last = joined.at(-1);
    if (last !== undefined && last.role === turn.role)
      joined[joined.length - 1] = { ...last, parts: [...last.parts, ...turn.parts] };
    else joined.push(turn);
  }
  return joined;
}
