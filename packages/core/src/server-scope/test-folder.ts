import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { deserialize, serialize } from 'node:v8';
import { threadId } from 'node:worker_threads';
import type { Mode, ResolvedMode } from '../mode.ts';
import type { ReelOptions } from '../options.ts';
import type { Outcome } from '../report.ts';
import type { ScopePart } from '../shared-test.ts';

/** What a server under test is told of an attempt of a test: all it needs to open a scope of its own on the same cassette. */
export interface TestNote {
  /** Makes the recorder the test's own process has. */
  readonly session: {
    readonly from: string;
    readonly options: ReelOptions;
    readonly optionsSource: string;
    readonly runnerMode: ResolvedMode | undefined;
  };
  readonly mode: Mode;
  /** Folder of the cassette's store, and its name there. */
  readonly root: string;
  readonly cassette: string;
  readonly test: string;
  readonly rerecord: string;
  readonly claimant: string | undefined;
  /** The same for all attempts of a test: a later one ends an earlier one whose process was killed. */
  readonly owner: string;
}

/**
 * The folder through which the process that runs a test and the servers it talks to work together: `<run folder>/tests/<id>/`.
 *
 * Files, not a connection: a server may be any number of processes and threads, started by anyone, and no port is needed. Every file
 * is written by one process and whole at once, so nothing is locked.
 */
export class TestFolder {
  readonly id: string;
  readonly #path: string;

  constructor(runFolder: string, id: string) {
    this.id = id;
    this.#path = join(runFolder, 'tests', id);
  }

  writeNote(note: TestNote): void {
    mkdirSync(join(this.#path, 'used'), { recursive: true });
    this.#write('note', serialize(note));
  }

  readNote(): TestNote | undefined {
    return this.#read('note') as TestNote | undefined;
  }

  /** The attempt is over. Whoever joins after this is too late. */
  writeEnd(outcome: Outcome): void {
    this.#write('end', serialize(outcome));
  }

  readEnd(): Outcome | undefined {
    return this.#read('end') as Outcome | undefined;
  }

  /** What asks in this attempt runs again from its beginning. */
  writeAgain(): void {
    this.#write('again', new Uint8Array(0));
  }

  hasAgain(): boolean {
    return existsSync(join(this.#path, 'again'));
  }

  /** This process has something to hand over at the end. Written before {@link readEnd} is asked, so that no part is missed. */
  join(): void {
    writeFileSync(join(this.#path, `joined-${worker}`), '');
  }

  writePart(part: ScopePart): void {
    this.#write(`part-${worker}`, serialize(part));
  }

  /** Processes that joined, by id, with what they handed over so far. */
  parts(): { readonly pid: number; readonly part: ScopePart | undefined }[] {
    return readdirSync(this.#path)
      .filter((name) => name.startsWith('joined-'))
      .map((name) => {
        const who = name.slice('joined-'.length);
        return { pid: Number.parseInt(who, 10), part: this.#read(`part-${who}`) as ScopePart | undefined };
      });
  }

  /** Takes a recording of the cassette for this process. `false`: another one has it. */
  take(index: number): boolean {
    try {
      writeFileSync(join(this.#path, 'used', String(index)), '', { flag: 'wx' });
      return true;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
      throw error;
    }
  }

  #write(name: string, bytes: Uint8Array): void {
    const draft = join(this.#path, `.${name}-${worker}`);
    writeFileSync(draft, bytes);
    renameSync(draft, join(this.#path, name));
  }

  #read(name: string): unknown {
    const file = join(this.#path, name);
    return existsSync(file) ? (deserialize(readFileSync(file)) as unknown) : undefined;
  }
}

const worker = `${process.pid}-${threadId}`;
