import {
  assertNoSecrets,
  createKeyOf,
  createRedactor,
  eachNormalized,
  encodeCassette,
  encodeInteraction,
  findProvider,
  normalizeRulesId,
  type Interaction,
  type Redactor,
} from '@reel/core/engine';
import { isReelError, type CassetteFiles, type RedactOptions } from '@reel/core';
import { detect } from '../detect/detect-format.ts';
import { formats } from '../formats/index.ts';
import type { Format } from '../formats/format.ts';
import { Unreadable } from '../reading/body.ts';
import type { Found } from '../reading/found.ts';
import { openRecording, TooLarge, type Hints, type Recording } from '../reading/recording.ts';
import { version } from '../version.ts';
import { NoteCounter } from './note-counter.ts';
import type { ImportedFile, SkippedPart } from './report.ts';
import type { SourceFile } from './sources.ts';
import { eachAsRead, MemoryShelf } from './shelf.ts';
import { CassetteWriter } from './write-cassette.ts';
import { toInteraction } from './to-interaction.ts';
import { toSession } from './to-session.ts';

export interface FileOptions {
  /** `auto`, or the id of a format. */
  readonly from: string;
  readonly hints: Hints;
  /** The folder of the cassettes; absent in a dry run. */
  readonly to: string | undefined;
  readonly overwrite: boolean;
  readonly redact: RedactOptions;
  readonly normalize: boolean;
  readonly maxBytes: number;
}

/** Bytes that the guard looks at in one go. */
const batchSize = 1 << 18;

/** What reading a file came to. */
interface Outcome {
  readonly notes: NoteCounter;
  readonly skipped: SkippedPart[];
  exchanges: number;
  recordedAt: number | undefined;
  /** Why not all of it was read. */
  problem: string | undefined;
}

function blobsOf(batch: readonly CassetteFiles[]): Map<string, Uint8Array> {
  return new Map(batch.flatMap(({ blobs }) => [...blobs]));
}

/** Imports one file. Never throws for what is in it: whatever is wrong is in the result. */
export class FileImporter {
  readonly #options: FileOptions;
  readonly #redactor: Redactor;
  readonly #writer: CassetteWriter | undefined;
  readonly #keyOf = createKeyOf({});

  constructor(options: FileOptions, environment: Readonly<Record<string, string | undefined>>) {
    this.#options = options;
    this.#redactor = createRedactor(options.redact, environment);
    this.#writer = options.to === undefined ? undefined : new CassetteWriter(options.to);
  }

  /** @param cassette the name its exchanges are to have. */
  import(source: SourceFile, cassette: string): ImportedFile {
    const base = {
      file: source.name,
      format: undefined,
      bytes: source.size,
      exchanges: 0,
      skipped: [],
      notes: [],
    };
    if (source.reason !== undefined) return { ...base, problem: source.reason };
    let recording: Recording;
    try {
      recording = openRecording({ ...source, maxBytes: this.#options.maxBytes, hints: this.#options.hints });
    } catch (error) {
      return { ...base, problem: this.#reasonOf(error) };
    }
    const format = this.#formatOf(recording);
    if (typeof format === 'string') return { ...base, problem: format };
    return this.#read(recording, format, source, cassette);
  }

  #formatOf(recording: Recording): Format | string {
    const { from } = this.#options;
    if (from !== 'auto') return formats.find(({ id }) => id === from)!;
    const detected = detect(recording.head);
    return 'format' in detected ? detected.format : detected.reason;
  }

  #read(recording: Recording, format: Format, source: SourceFile, cassette: string): ImportedFile {
    const notes = new NoteCounter();
    const skipped: SkippedPart[] = [];
    const outcome: Outcome = { notes, skipped, exchanges: 0, recordedAt: undefined, problem: undefined };
    const interactions = this.#finished(this.#interactions(format, recording, outcome));
    let first: IteratorResult<Interaction> | undefined;
    let failure: string | undefined;
    try {
      // The whole file is read before the first one comes.
      first = interactions.next();
    } catch (error) {
      failure = this.#reasonOf(error);
    }
    const { exchanges, recordedAt, problem } = outcome;
    const result = { file: source.name, format: format.id, bytes: source.size, skipped };
    if (exchanges === 0) {
      const [only] = skipped;
      const nothing = only?.reason ?? 'it holds no exchange';
      return { ...result, exchanges: 0, notes: notes.all(), problem: failure ?? problem ?? nothing };
    }
    // What came before the damage is kept.
    if (problem !== undefined) skipped.push({ where: 'the rest of the file', reason: problem });
    if (recordedAt === undefined) notes.add('recorded-at-unknown');
    if (first !== undefined && first.done !== true)
      failure = this.#write(cassette, [first.value], interactions, recordedAt ?? source.modifiedAt);
    if (failure !== undefined) return { ...result, exchanges: 0, notes: notes.all(), problem: failure };
    return { ...result, cassette, exchanges, notes: notes.all() };
  }

  /** What can be read of a file, redacted. */
  *#interactions(format: Format, recording: Recording, outcome: Outcome): Generator<Interaction> {
    const found = format.read(recording)[Symbol.iterator]();
    for (;;) {
      let converted: ReturnType<typeof toInteraction> | undefined;
      try {
        const next = found.next();
        if (next.done === true) return;
        converted = this.#convert(next.value, outcome.notes, outcome.skipped);
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

  #finished(interactions: Iterable<Interaction>): Generator<Interaction> {
    const shelf = new MemoryShelf();
    return this.#options.normalize
      ? eachNormalized(interactions, { keyOf: this.#keyOf, provider: findProvider }, shelf)
      : eachAsRead(interactions, shelf);
  }

  #convert(
    found: Found,
    notes: NoteCounter,
    skipped: SkippedPart[],
  ): ReturnType<typeof toInteraction> | undefined {
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
          return { ...converted, interaction: this.#redactor.interaction(converted.interaction) };
        } catch (error) {
          if (!(error instanceof Unreadable)) throw error;
          skipped.push({ where: found.where, reason: error.message });
          return undefined;
        }
    }
  }

  /** Returns why nothing was written. In a dry run everything is done but the writing. */
  #write(
    name: string,
    first: readonly Interaction[],
    others: Iterable<Interaction>,
    recordedAt: number,
  ): string | undefined {
    try {
      if (this.#writer?.exists(name) === true && !this.#options.overwrite)
        return `there is a cassette ${name} already (--overwrite replaces it)`;
      const pieces = this.#encode(name, first, others, recordedAt);
      if (this.#writer === undefined) for (const _ of pieces);
      else this.#writer.write(name, pieces);
      return undefined;
    } catch (error) {
      return this.#reasonOf(error);
    }
  }

  /** The cassette in pieces, each looked at by the guard: a large one is never in memory as a whole. */
  *#encode(
    name: string,
    first: readonly Interaction[],
    others: Iterable<Interaction>,
    recordedAt: number,
  ): Generator<CassetteFiles> {
    const header = {
      reel: 1,
      name,
      recordedAt: `${new Date(recordedAt).toISOString().slice(0, 19)}Z`,
      by: `@reel/convert ${version}`,
      rules: `${this.#redactor.id} ${this.#options.normalize ? normalizeRulesId : 'as-recorded'}`,
    } as const;
    yield encodeCassette(header, []);
    let batch: CassetteFiles[] = [];
    let size = 0;
    let number = 0;
    const checked = (): CassetteFiles => {
      const files = { bytes: Buffer.concat(batch.map(({ bytes }) => bytes)), blobs: blobsOf(batch) };
      assertNoSecrets(files, { redactor: this.#redactor, where: `${name}, interactions to ${number}` });
      batch = [];
      size = 0;
      return files;
    };
    for (const interactions of [first, others]) {
      for (const interaction of interactions) {
        number++;
        const files = encodeInteraction(number, interaction, { blobAbove: 65_536, timing: true });
        batch.push(files);
        size += files.bytes.byteLength;
        if (size > batchSize) yield checked();
      }
    }
    if (batch.length > 0) yield checked();
  }

  #reasonOf(error: unknown): string {
    if (error instanceof Unreadable) return error.message;
    if (error instanceof TooLarge)
      return `it is larger than ${Math.round(this.#options.maxBytes / 1e6)} MB (--max-size raises the limit)`;
    if (isReelError(error))
      return this.#redactor.text(
        `${error.what}${error.where === undefined ? '' : ` (${error.where.split('\n')[0]})`}`,
      );
    const { code } = error as NodeJS.ErrnoException;
    if (typeof code === 'string')
      return code.startsWith('Z_') ? 'its compression is damaged' : `it cannot be read (${code})`;
    // Whatever it is, it must not stop the other files, and its message may quote the file.
    return `it cannot be read (${error instanceof Error ? error.name : 'unknown error'})`;
  }
}
