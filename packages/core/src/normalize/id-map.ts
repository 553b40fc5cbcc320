import { toByteText } from './byte-text.ts';
import { areSettled, type Edit } from './edits.ts';

/** As in {@link isDistinctive}. */
const longestId = 512;

/** `u0022`. */
const longestEscape = 5;

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
  readonly #edges = new Uint8Array(64 * 64);
  #shortestAnchor: number = longestId;

  get size(): number {
    return this.#replacements.size;
  }

  /** @param entries of another one, in their order. */
  static of(entries: Iterable<readonly [id: string, replacement: string]>): IdMap {
    const ids = new IdMap();
    for (const [id, replacement] of entries) ids.add(id, replacement);
    return ids;
  }

  /** What {@link IdMap.of} takes, for instance in another thread. */
  entries(): [id: string, replacement: string][] {
    return [...this.#replacements];
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
    this.#edges[edgesOf(anchor, 0, anchor.length)] = 1;
    this.#shortestAnchor = Math.max(1, Math.min(this.#shortestAnchor, anchor.length));
  }

  /** The ids that stand in a text, each as a whole token: in order, or the longest first where some overlap. */
  find(text: string): Edit[] {
    const found: Edit[] = [];
    if (this.#byAnchor.size === 0 || text.length < this.#shortestAnchor) return found;
    const { length } = text;
    // Not an expression: it makes an array and a string of every word.
    for (let end = 0; end < length; end++) {
      const start = end;
      while (end < length && isWord[text.charCodeAt(end)] === 1) end++;
      if (end - start >= this.#shortestAnchor) this.#lookUpRun(text, start, end, found);
    }
    return inOrder(found);
  }

  /**
   * {@link find} for the bytes of a body, several times as fast. Looks at them from back to front in windows as long as the shortest
   * anchor: where a byte is no letter or figure, no run that begins before it can be long enough, so much of a body is
   * never looked at.
   * @param text the bytes as byte text, where it is at hand
   */
  findIn(bytes: Uint8Array, text?: string): Edit[] {
    const found: Edit[] = [];
    if (this.#byAnchor.size === 0) return found;
    const window = this.#shortestAnchor;
    const { length } = bytes;
    let whole = text;
    let start = 0;
    // What lies between `start` and this was looked at: letters and figures.
    let known = 0;
    for (let last = window - 1; last < length; last = start + window - 1) {
      let at = last;
      while (at >= known && isWord[bytes[at]!] === 1) at--;
      if (at >= known) {
        start = at + 1;
        known = last + 1;
        continue;
      }
      let end = last + 1;
      while (end < length && isWord[bytes[end]!] === 1) end++;
      if (this.#mayBeAnchor(end - start)) {
        whole ??= toByteText(bytes);
        this.#lookUpRun(whole, start, end, found);
      }
      start = end + 1;
      known = start;
    }
    return inOrder(found);
  }

  /** Whether a run of a length can be an anchor, alone or after what belongs to an escape. */
  #mayBeAnchor(length: number): boolean {
    const lengths = this.#lengths;
    return (
      lengths[length] === 1 ||
      lengths[length - 1] === 1 ||
      lengths[length - 2] === 1 ||
      lengths[length - longestEscape] === 1
    );
  }

  /** A run is an anchor itself, or one comes after what belongs to an escape. */
  #lookUpRun(text: string, start: number, end: number, found: Edit[]): void {
    const lengths = this.#lengths;
    const length = end - start;
    if (lengths[length] === 1) this.#lookUp(text, start, end, found);
    if (lengths[length - 1] !== 1 && lengths[length - 2] !== 1 && lengths[length - longestEscape] !== 1)
      return;
    const skip = escapeLength(text, start);
    if (skip > 0 && skip < length && lengths[length - skip] === 1)
      this.#lookUp(text, start + skip, end, found);
  }

  #lookUp(text: string, start: number, end: number, found: Edit[]): void {
    if (this.#edges[edgesOf(text, start, end)] !== 1) return;
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

function inOrder(found: Edit[]): Edit[] {
  return areSettled(found) ? found : found.toSorted((a, b) => b.end - b.start - (a.end - a.start));
}

/** Six bits of each tell nearly all letters and figures apart, and keep the table of a small cassette small. */
function edgesOf(text: string, start: number, end: number): number {
  return (text.charCodeAt(start) & 63) * 64 + (text.charCodeAt(end - 1) & 63);
}

/** The same string with characters of its own: a part of a text keeps the whole text in memory. */
function ownCopy(part: string): string {
  return Buffer.from(part, 'latin1').toString('latin1');
}

/** The longest run of letters and digits of an id; the first of several. */
export function anchorOf(id: string): { readonly anchor: string; readonly offset: number } {
  let longest = 0;
  let offset = 0;
  for (let at = 0; at < id.length; at++) {
    const start = at;
    while (at < id.length && isWord[id.charCodeAt(at)] === 1) at++;
    if (at - start <= longest) continue;
    longest = at - start;
    offset = start;
  }
  return { anchor: id.slice(offset, offset + longest), offset };
}

/** Letters and digits of ASCII: what an id may not touch on either side, or it is part of something longer. */
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
