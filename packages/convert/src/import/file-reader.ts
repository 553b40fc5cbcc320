import type { Interaction, Redactor } from '@reel/core/engine';
import { detect } from '../detect/detect-format.ts';
import { formats } from '../formats/index.ts';
import type { Format } from '../formats/format.ts';
import { Unreadable } from '../reading/body.ts';
import type { Found } from '../reading/found.ts';
import { openRecording, type Recording } from '../reading/recording.ts';
import type { FileOptions } from './file-options.ts';
import { NoteCounter } from './note-counter.ts';
import type { ImportedFile, SkippedPart } from './report.ts';
import type { SourceFile } from './sources.ts';
import { reasonOf } from './reason.ts';
import { toInteraction } from './to-interaction.ts';
import { toSession } from './to-session.ts';

/** A file whose format is known, or why it is none that can be imported. */
export type Opened =
  | { readonly recording: Recording; readonly format: Format }
  | { readonly problem: string };

/** What reading a file came to. */
export class Outcome {
  readonly notes: NoteCounter = new NoteCounter();
  readonly skipped: SkippedPart[] = [];
  exchanges = 0;
  /** Of its newest exchange; milliseconds since 1970. */
  recordedAt: number | undefined;
  /** Why not all of it was read. */
  problem: string | undefined;

  /** To be called when all was read. */
  conclude(): void {
    if (this.exchanges === 0) return;
    // What came before the damage is kept.
    if (this.problem !== undefined)
      this.skipped.push({ where: 'the rest of the file', reason: this.problem });
    if (this.recordedAt === undefined) this.notes.add('recorded-at-unknown');
  }
}

/** Reads recordings: from a file to interactions as they were recorded, secrets and all. */
export class FileReader {
  readonly #options: FileOptions;
  readonly #redactor: Redactor;

  constructor(options: FileOptions, redactor: Redactor) {
    this.#options = options;
    this.#redactor = redactor;
  }

  open(source: SourceFile): Opened {
    if (source.reason !== undefined) return { problem: source.reason };
    const { from, hints, maxBytes } = this.#options;
    try {
      const recording = openRecording({ ...source, maxBytes, hints });
      if (from !== 'auto') return { recording, format: formats.find(({ id }) => id === from)! };
      const detected = detect(recording.head);
      return 'format' in detected ? { recording, format: detected.format } : { problem: detected.reason };
    } catch (error) {
      return { problem: this.#reasonOf(error) };
    }
  }

  /** What can be read of a file. Never throws for what is in it: whatever is wrong is in the outcome. */
  *interactions(format: Format, recording: Recording, outcome: Outcome): Generator<Interaction> {
    const found = format.read(recording)[Symbol.iterator]();
    for (;;) {
      let converted: ReturnType<typeof toInteraction> | undefined;
      try {
        const next = found.next();
        if (next.done === true) return;
        converted = this.#convert(next.value, outcome);
      } catch (error) {
        outcome.problem = this.#reasonOf(error);
        return;
      }
      if (converted === undefined) continue;
      outcome.exchanges++;
      const { interaction, recordedAt } = converted;
      if (recordedAt !== undefined) outcome.recordedAt = Math.max(outcome.recordedAt ?? 0, recordedAt);
      yield interaction;
    }
  }

  #convert(found: Found, { notes, skipped }: Outcome): ReturnType<typeof toInteraction> | undefined {
    switch (found.kind) {
      case 'remark':
        notes.add(found.note);
        return undefined;
      case 'skipped':
        skipped.push({ where: found.where, reason: found.reason });
        return undefined;
      case 'session':
      case 'exchange':
        try {
          const converted =
            found.kind === 'session' ? toSession(found, this.#options.hints) : toInteraction(found);
          notes.addAll(converted.notes);
          return converted;
        } catch (error) {
          if (!(error instanceof Unreadable)) throw error;
          skipped.push({ where: found.where, reason: error.message });
          return undefined;
        }
    }
  }

  #reasonOf(error: unknown): string {
    return reasonOf(error, this.#redactor, this.#options.maxBytes);
  }
}

/** What the report says of a file that was read to its end. `failure` is why its exchanges are in no cassette all the same. */
export function importedFile(
  { name, size }: SourceFile,
  format: Format,
  outcome: Outcome,
  cassette: string,
  failure: string | undefined,
): ImportedFile {
  const { exchanges, skipped, notes, problem } = outcome;
  const result = { file: name, format: format.id, bytes: size, skipped, notes: notes.all() };
  if (exchanges === 0) {
    const nothing = skipped[0]?.reason ?? 'it holds no exchange';
    return { ...result, exchanges: 0, problem: failure ?? problem ?? nothing };
  }
  if (failure !== undefined) return { ...result, exchanges: 0, problem: failure };
  return { ...result, cassette, exchanges };
}

/** What the report says of a file that was not read at all. */
export function unreadFile({ name, size }: SourceFile, problem: string): ImportedFile {
  return { file: name, format: undefined, bytes: size, exchanges: 0, skipped: [], notes: [], problem };
}
