import { notes, type NoteCode } from '../reading/notes.ts';
import type { ImportNote } from './report.ts';

/** Counts what there is to say about a file. */
export class NoteCounter {
  readonly #counts = new Map<NoteCode, number>();

  add(code: NoteCode): void {
    this.#counts.set(code, (this.#counts.get(code) ?? 0) + 1);
  }

  /** Once for each exchange, however often it came up in it. */
  addAll(codes: readonly NoteCode[]): void {
    for (const code of new Set(codes)) this.add(code);
  }

  all(): ImportNote[] {
    return [...this.#counts]
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([code, count]) => ({ code, text: notes[code], count }));
  }
}
