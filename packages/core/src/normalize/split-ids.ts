import type { Edit } from './edits.ts';
import type { IdMap } from './id-map.ts';
import type { Stretch } from './json-documents.ts';
import { compileJsonPaths } from './json-paths.ts';
import { findJsonSpans } from './json-spans.ts';

/**
 * Edits for ids that a stream cut in two: `"file-a"` in one delta, `"bc123"` in the next. The client joins the deltas and sends
 * the whole id back, so it has to become the same there and here, or the next request would not match in replay.
 *
 * Deltas are joined by their path in the events, with the `index` numbers of the objects on it, so that two tool calls that
 * grow side by side are told apart. The new id is written where the old one began.
 */
export function splitIdEdits(text: string, documents: readonly Stretch[], ids: IdMap): Edit[] {
  if (ids.size === 0) return [];
  if (!spellsId(text, documents, ids)) return [];
  const edits: Edit[] = [];
  for (const pieces of deltasByPath(text, documents).values()) {
    if (pieces.length < 2) continue;
    for (const found of ids.find(pieces.map((piece) => piece.value).join(''))) {
      const touched = pieces.filter(
        ({ offset, value }) => offset < found.end && offset + value.length > found.start,
      );
      if (touched.length < 2) continue;
      const parts = touched.map((piece) => editOfPart(text, piece, found));
      // All parts or none: half an id would be worse than the old one.
      if (parts.every((part) => part !== undefined)) edits.push(...parts);
    }
  }
  return edits;
}

/**
 * Whether the strings at some place of a stream spell an id over a cut. Almost no stream does, so this is asked first: it keeps no more
 * than the strings and where they meet.
 */
function spellsId(text: string, documents: readonly Stretch[], ids: IdMap): boolean {
  const root = new JoinedStrings();
  for (const { start, end } of documents) {
    const parsed = parse(text.slice(start, end));
    if (documents.length > 1 || Array.isArray(parsed)) root.take(parsed, 0);
  }
  return root.spells(ids);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** The strings that stood at one place of successive events, and the places below it. As the keys of {@link walk} tell them apart. */
class JoinedStrings {
  readonly #inner = new Map<string, JoinedStrings>();
  /** By the `index` numbers of the object. */
  readonly #marked = new Map<string, JoinedStrings>();
  readonly #ends: number[] = [];
  #first: string | undefined;
  #varies = false;
  #text = '';

  take(value: unknown, depth: number): void {
    if (typeof value === 'string') this.#add(value);
    if (typeof value !== 'object' || value === null || depth >= maxDepth) return;
    if (Array.isArray(value)) {
      const inner = this.#at('');
      for (const element of value as unknown[])
        if (typeof element !== 'number') inner.take(element, depth + 1);
      return;
    }
    const fields = value as Record<string, unknown>;
    const here = this.#of(fields);
    for (const name in fields) {
      const child = fields[name];
      if (typeof child === 'string') here.#at(name).#add(child);
      else if (typeof child === 'object' && child !== null) here.#at(name).take(child, depth + 1);
    }
  }

  spells(ids: IdMap): boolean {
    if (this.#ends.length > 1 && (this.#varies || this.#first!.length < 8) && this.#isCutIn(ids)) return true;
    for (const inner of this.#inner.values()) if (inner.spells(ids)) return true;
    for (const marked of this.#marked.values()) if (marked.spells(ids)) return true;
    return false;
  }

  #isCutIn(ids: IdMap): boolean {
    return ids.find(this.#text).some(({ start, end }) => this.#ends.some((cut) => cut > start && cut < end));
  }

  #add(value: string): void {
    if (this.#first === undefined) this.#first = value;
    else this.#varies ||= value !== this.#first;
    this.#text += value;
    this.#ends.push(this.#text.length);
  }

  #at(name: string): JoinedStrings {
    let inner = this.#inner.get(name);
    if (inner === undefined) this.#inner.set(name, (inner = new JoinedStrings()));
    return inner;
  }

  #of({ index, output_index: output, content_index: content }: Record<string, unknown>): JoinedStrings {
    if (typeof index !== 'number' && typeof output !== 'number' && typeof content !== 'number') return this;
    const mark = placeMark(index, output, content);
    let marked = this.#marked.get(mark);
    if (marked === undefined) this.#marked.set(mark, (marked = new JoinedStrings()));
    return marked;
  }
}

function placeMark(...numbers: readonly unknown[]): string {
  return numbers.filter((part) => typeof part === 'number').join(',');
}

/** One string of one event. */
interface Piece {
  readonly document: Stretch;
  /** Keys and indices, to find the value in the text again. */
  readonly path: readonly string[];
  readonly value: string;
  /** Where it begins in the joined text. */
  readonly offset: number;
}

/** What lies deeper is no delta; the walk below recurses. */
const maxDepth = 16;

/** The strings of a stream: of its events, or of the elements of a top-level array, which is how Gemini streams JSON. */
function deltasByPath(text: string, documents: readonly Stretch[]): Map<string, Piece[]> {
  const byPath = new Map<string, Piece[]>();
  for (const document of documents) {
    let parsed: unknown;
    try {
      parsed = JSON.parse(text.slice(document.start, document.end));
    } catch {
      continue;
    }
    if (documents.length === 1 && !Array.isArray(parsed)) continue;
    walk(parsed, [], '', (path, key, value) => {
      const pieces = byPath.get(key) ?? [];
      const last = pieces.at(-1);
      pieces.push({
        document,
        path,
        value,
        offset: last === undefined ? 0 : last.offset + last.value.length,
      });
      byPath.set(key, pieces);
    });
  }
  return byPath;
}

type Visit = (path: readonly string[], key: string, value: string) => void;

function walk(value: unknown, path: readonly string[], key: string, visit: Visit): void {
  if (typeof value === 'string') visit(path, key, value);
  if (typeof value !== 'object' || value === null || path.length >= maxDepth) return;
  const { index, output_index: outputIndex, content_index: contentIndex } = value as Record<string, unknown>;
  const place = placeMark(index, outputIndex, contentIndex);
  for (const [name, child] of Object.entries(value)) {
    walk(child, [...path, name], `${key}#${place}\n${Array.isArray(value) ? '' : name}`, visit);
  }
}

/** The edit that puts one part of a found id right: the whole new id where it begins, nothing where it goes on. */
function editOfPart(text: string, piece: Piece, found: Edit): Edit | undefined {
  if (piece.path.some((key) => key === '*' || key === '**')) return undefined;
  const { start, end } = piece.document;
  // Of duplicate keys a parser takes the last.
  const span = findJsonSpans(text, compileJsonPaths([piece.path]), start, end)?.at(-1);
  if (span === undefined) return undefined;
  const written = text.slice(span.start + 1, span.end - 1);
  const from = Math.max(found.start - piece.offset, 0);
  const to = Math.min(found.end - piece.offset, piece.value.length);
  return {
    start: span.start + 1 + writtenOffset(written, from),
    end: span.start + 1 + writtenOffset(written, to),
    text: found.start >= piece.offset ? found.text : '',
  };
}

/** Where the character at an offset of a string's value is in the string as written, with its escapes. */
function writtenOffset(written: string, offset: number): number {
  let at = 0;
  for (let i = 0; i < offset; i++) {
    if (written[at] !== '\\') at++;
    else at += written[at + 1] === 'u' ? 6 : 2;
  }
  return at;
}
