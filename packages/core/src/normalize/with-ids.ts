import type { HeaderList } from '../model/headers.ts';
import { applyEdits, settleEdits } from './edits.ts';
import type { IdMap } from './id-map.ts';

/** A text with all ids in it rewritten. */
export function withIds(text: string, ids: IdMap): string {
  const edits = ids.find(text);
  return edits.length === 0 ? text : applyEdits(text, settleEdits(edits));
}

/** Headers with all ids in their values rewritten; the same list when none has any. */
export function headersWithIds(headers: HeaderList, ids: IdMap): HeaderList {
  let rewritten: (readonly [string, string])[] | undefined;
  for (let index = 0; index < headers.length; index++) {
    const [name, value] = headers[index]!;
    const changed = withIds(value, ids);
    if (changed === value) continue;
    rewritten ??= [...headers];
    rewritten[index] = [name, changed];
  }
  return rewritten ?? headers;
}
