import type { Edit } from './edits.ts';

/** As in {@link isDistinctive}. */
const longestId = 512;

/** Letters and digits of ASCII: what an id may not touch on either side, or it is part of something longer. */
const run = /[A-Za-z0-9]+/g;

/**
 * Ids and what stands in their place. Finding them in a text takes one pass, however many there are: each id is looked up by
 * its longest run of letters and digits, its anchor.
 */
export class IdMap {
  readonly #replacements = new Map<string, string>();
  readonly #byAnchor = new Map<string, { readonly id: string; readonly offset: number }[]>();
  /** By length: whether some anchor has it. Nearly every run of a text is ruled out by that alone. */
  readonly #lengths = new Uint8Array(longestId + 1);
  /** By first and last character of the anchors: rules out most of the rest. */
  readonly #edges = new Uint8Array(128 * 128);
  #longestAnchor = 0;

  get size(): number {
    return this.#replacements.size;
  }

  get(id: string): string | undefined {
    return this.#replacements.get(id);
  }

  /** Every id in `ids` is in {@link isDistinctive}'s sense; each is added once. */
  add(value: string, replacement: string): void {
    const id = ownCopy(value);
    this.#replacements.set(id, replacement);
    const { anchor, offset } = anchorOf(id);
    const sharing = this.#byAnchor.get(anchor) ?? [];
    sharing.push({ id, offset });
    // `chatcmpl-<uuid>` and the bare UUID share an anchor: the longer one is tried first.
    sharing.sort((a, b) => b.id.length - a.id.length);
    this.#byAnchor.set(anchor, sharing);
    this.#lengths[anchor.length] = 1;
    this.#edges[anchor.charCodeAt(0) * 128 + anchor.charCodeAt(anchor.length - 1)] = 1;
    this.#longestAnchor = Math.max(this.#longestAnchor, anchor.length);
  }

  /** The ids that stand in a text, each as a whole token, longest first where they overlap. */
  find(text: string): Edit[] {
    if (this.#byAnchor.size === 0) return [];
    const found: Edit[] = [];
    const lengths = this.#lengths;
    // Not an expression: it makes an array and a string of every word.
    for (let at = 0; at < text.length; at++) {
      if (isWord[text.charCodeAt(at)] !== 1) continue;
      const start = at;
      do at++;
      while (at < text.length && isWord[text.charCodeAt(at)] === 1);
      const length = at - start;
      if (length > this.#longestAnchor + 5) continue;
      if (lengths[length] === 1) this.#lookUp(text, start, at, found);
      if (lengths[length - 1] === 1 || lengths[length - 2] === 1 || lengths[length - 5] === 1) {
        const skip = escapeLength(text, start);
        if (skip > 0 && skip < length && lengths[length - skip] === 1)
          this.#lookUp(text, start + skip, at, found);
      }
    }
    return found.length < 2 ? found : found.toSorted((a, b) => b.end - b.start - (a.end - a.start));
  }

  #lookUp(text: string, start: number, end: number, found: Edit[]): void {
    if (this.#edges[text.charCodeAt(start) * 128 + text.charCodeAt(end - 1)] !== 1) return;
    const sharing = this.#byAnchor.get(text.slice(start, end));
    if (sharing === undefined) return;
    for (const { id, offset } of sharing) {
      const from = start - offset;
      const to = from + id.length;
      if (from < 0 || !text.startsWith(id, from) || !isTokenStart(text, from) || isWordCharacter(text, to))
        continue;
      found.push({ start: from, end: to, text: this.#replacements.get(id)! });
      return;
    }
  }
}

/** The same string with characters of its own: a part of a text keeps the whole text in memory. */
function ownCopy(part: string): string {
  return Buffer.from(part, 'latin1').toString('latin1');
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

const isWord = new Uint8Array(256);
for (const character of 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789')
  isWord[character.charCodeAt(0)] = 1;

function isWordCharacter(text: string, at: number): boolean {
  return at < text.length && isWord[text.charCodeAt(at)] === 1;
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
