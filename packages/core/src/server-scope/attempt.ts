import { randomBytes } from 'node:crypto';
import type { Outcome } from '../report.ts';
import { now, wait } from '../replay/clock.ts';
import type { ScopePart, SharedTest } from '../shared-test.ts';
import { TestFolder, type TestNote } from './test-folder.ts';

/**
 * How long servers may take to hand over what they did, in milliseconds: they let requests under way finish, and answers stream to
 * their end, two seconds each.
 */
const patience = 6000;

/**
 * An attempt of a test as the process that runs it shares it with the servers under test. Costs nothing until {@link announce} is
 * called, which the first request that carries the id does.
 */
export class Attempt implements SharedTest {
  readonly #runFolder: string;
  readonly #note: () => TestNote;
  readonly #taken: number[] = [];
  #isAgain = false;
  /** Absent until the attempt is announced. */
  #folder: TestFolder | undefined;

  /** @param note made when it is needed first */
  constructor(runFolder: string, note: () => TestNote) {
    this.#runFolder = runFolder;
    this.#note = note;
  }

  /** Makes the attempt known to servers. Returns its id, which requests to them carry. */
  announce(): string {
    if (this.#folder === undefined) {
      const folder = new TestFolder(this.#runFolder, randomBytes(9).toString('base64url'));
      folder.writeNote(this.#note());
      for (const index of this.#taken) folder.take(index);
      if (this.#isAgain) folder.writeAgain();
      this.#folder = folder;
    }
    return this.#folder.id;
  }

  join(): void {}

  take(index: number): boolean {
    if (this.#folder !== undefined) return this.#folder.take(index);
    this.#taken.push(index);
    return true;
  }

  beginAgain(): void {
    if (!this.#isAgain) this.#folder?.writeAgain();
    this.#isAgain = true;
  }

  hasBegunAgain(): boolean {
    return this.#isAgain;
  }

  /**
   * Tells the servers that the attempt is over, and waits for what they did in it.
   * @returns `lost`: how many processes left without handing over
   */
  async end(outcome: Outcome): Promise<{ readonly parts: readonly ScopePart[]; readonly lost: number }> {
    const folder = this.#folder;
    if (folder === undefined) return { parts: [], lost: 0 };
    folder.writeEnd(outcome);
    const deadline = now() + patience;
    for (let pause = 1; ; pause = Math.min(20, pause * 2)) {
      const parts = folder.parts();
      const isWaiting = parts.some(({ pid, part }) => part === undefined && isAlive(pid));
      if (!isWaiting || now() > deadline) {
        // Once more: one that left handed over just before.
        const handed = folder.parts().flatMap(({ part }) => part ?? []);
        return { parts: handed, lost: parts.length - handed.length };
      }
      await wait(pause);
    }
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // It is there, and somebody else's.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
