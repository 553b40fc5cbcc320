import {
  createKeyOf,
  eachNormalized,
  findProvider,
  type Interaction,
  type Redactor,
} from '@reel/core/engine';
import { CassetteEncoder } from './cassette-encoder.ts';
import type { FileOptions } from './file-options.ts';
import { FileReader, importedFile, Outcome, unreadFile } from './file-reader.ts';
import { reasonOf } from './reason.ts';
import type { ImportedFile } from './report.ts';
import type { SourceFile } from './sources.ts';
import { eachAsRead, MemoryShelf } from './shelf.ts';
import { CassetteWriter } from './write-cassette.ts';

/** Imports one file. Never throws for what is in it: whatever is wrong is in the result. */
export class FileImporter {
  readonly #options: FileOptions;
  readonly #redactor: Redactor;
  readonly #reader: FileReader;
  readonly #writer: CassetteWriter | undefined;
  readonly #keyOf = createKeyOf({});

  constructor(options: FileOptions, redactor: Redactor) {
    this.#options = options;
    this.#redactor = redactor;
    this.#reader = new FileReader(options, redactor);
    this.#writer = options.to === undefined ? undefined : new CassetteWriter(options.to);
  }

  /** @param cassette the name its exchanges are to have. */
  import(source: SourceFile, cassette: string): ImportedFile {
    const opened = this.#reader.open(source);
    if ('problem' in opened) return unreadFile(source, opened.problem);
    const { recording, format } = opened;
    const outcome = new Outcome();
    let failure: string | undefined;
    try {
      const interactions = this.#finished(
        this.#redacted(this.#reader.interactions(format, recording, outcome)),
      );
      // The whole file is read before the first one comes.
      const first = interactions.next();
      outcome.conclude();
      if (first.done !== true) failure = this.#write(cassette, first.value, interactions, outcome, source);
    } catch (error) {
      failure = reasonOf(error, this.#redactor, this.#options.maxBytes);
    }
    return importedFile(source, format, outcome, cassette, failure);
  }

  *#redacted(interactions: Iterable<Interaction>): Generator<Interaction> {
    for (const interaction of interactions) yield this.#redactor.interaction(interaction);
  }

  #finished(interactions: Iterable<Interaction>): Generator<Interaction> {
    const shelf = new MemoryShelf();
    return this.#options.normalize
      ? eachNormalized(interactions, { keyOf: this.#keyOf, provider: findProvider }, shelf)
      : eachAsRead(interactions, shelf);
  }

  /** Returns why nothing was written. In a dry run everything is done but the writing. */
  #write(
    name: string,
    first: Interaction,
    others: Iterable<Interaction>,
    { recordedAt }: Outcome,
    { modifiedAt }: SourceFile,
  ): string | undefined {
    const encoder = new CassetteEncoder(name, this.#redactor);
    const header = encoder.header(recordedAt ?? modifiedAt, this.#options.normalize);
    const pieces = following(header, encoder.interactions(following(first, others), 1));
    if (this.#writer === undefined) {
      for (const _ of pieces);
      return undefined;
    }
    return this.#writer.write(name, pieces, this.#options.overwrite)
      ? undefined
      : `there is a cassette ${name} already (--overwrite replaces it)`;
  }
}

function* following<T>(first: T, others: Iterable<T>): Generator<T> {
  yield first;
  yield* others;
}
