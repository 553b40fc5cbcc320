import type { Edit } from './edits.ts';

/** Letters and digits of ASCII: what an id may not touch on either side, or it is part of something longer. */
const run = /[A-Za-z0-9]+/g;

/**
 * Ids and what stands in their place. Finding them in a text takes one pass, however many there are: each id is looked up by
 * its longest run of letters and digits, its anchor.
 */
export class IdMap {
  readonly #replacements = new Map<string, string>();
  readonly #byAnchor = new Map<string, { readonly id: string; readonly offset: number }[]>();
  #longestAnchor = 0;

  get size(): number {
    return this.#replacements.size;
  }

  get(id: string): string | undefined {
    return this.#replacements.get(id);
  }

  /** Every id in `ids` is in {@link isDistinctive}'s sense; each is added once. */
  add(id: string, replacement: string): void {
    this.#replacements.set(id, replacement);
    const { anchor, offset } = anchorOf(id);
    const sharing = this.#byAnchor.get(anchor) ?? [];
    sharing.push({ id, offset });
    // `chatcmpl-<uuid>` and the bare UUID share an anchor: the longer one is tried first.
    sharing.sort((a, b) => b.id.length - a.id.length);
    this.#byAnchor.set(anchor, sharing);
    this.#longestAnchor = Math.max(this.#longestAnchor, anchor.length);
  }

  /** The ids that stand in a text, each as a whole token, longest first where they overlap. */
  find(text: string): Edit[] {
    if (this.#byAnchor.size === 0) return [];
    const found: Edit[] = [];
    run.lastIndex = 0;
    for (let match = run.exec(text); match !== null; match = run.exec(text)) {
      const start = match.index;
      const token = match[0];
      const skip = token.length > this.#longestAnchor + 5 ? 0 : escapeLength(text, start);
      this.#lookUp(text, token, start, found);
      if (skip > 0 && skip < token.length) this.#lookUp(text, token.slice(skip), start + skip, found);
    }
    return found.length < 2 ? found : found.toSorted((a, b) => b.end - b.start - (a.end - a.start));
  }

  #lookUp(text: string, token: string, start: number, found: Edit[]): void {
    if (token.length > this.#longestAnchor) return;
    for (const { id, offset } of this.#byAnchor.get(token) ?? []) {
      const from = start - offset;
      const to = from + id.length;
      if (from < 0 || !text.startsWith(id, from) || !isTokenStart(text, from) || isWordCharacter(text, to))
        continue;
      found.push({ start: from, end: to, text: this.#replacements.get(id)! });
      return;
    }
  }
}

/** The longest run of letters and digits of an id; the first of several. */
export function anchorOf(id: string): { readonly anchor: string; readonly offset: number } {
  let anchor = '';
  let offset = 0;
  for (const match of id.matchAll(run)) {
    if (match[0].length <= anchor.length) continue;
    anchor = match[0];
    offset = match.index;
  }
  return { anchor, offset };
}

function isWordCharacter(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return (code >= 0x30 && code <= 0x39) || (code >= 0x41 && code <= 0x5a) || (code >= 0x61 && code <= 0x7a);
}

function isTokenStart(text: string, at: number): boolean {
  if (at === 0 || !isWordCharacter(text, at - 1)) return true;
  // The character before may be the end of an escape: `\nfile-1`, `\u0022file-1`, `%2Ffile-1`.
  for (const length of [1, 2, 5]) {
    if (at >= length && escapeLength(text, at - length) === length) return true;
  }
  return false;
}

/**
 * How many letters and digits at a place belong to an escape that began before them: `n` after a backslash, `u0022` after one,
 * `2F` after a percent sign. 0 when there is none.
 */
function escapeLength(text: string, at: number): number {
  const before = text[at - 1];
  if (before === '%') return /^[0-9A-Fa-f]{2}/.test(text.slice(at, at + 2)) ? 2 : 0;
  if (before !== '\\') return 0;
  if (text[at] === 'u') return /^[0-9A-Fa-f]{4}/.test(text.slice(at + 1, at + 5)) ? 5 : 0;
  return 'nrtbf'.includes(text[at] ?? '?') ? 1 : 0;
}
