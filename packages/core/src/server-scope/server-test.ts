import type { Outcome, ScopeReport } from '../report.ts';
import { now, startTimer, wait } from '../replay/clock.ts';
import type { ScopePart, SharedTest } from '../shared-test.ts';
import type { TestScope } from '../test-scope.ts';
import type { TestFolder } from './test-folder.ts';

/** How long requests that are being served when a passing test ends may take to finish, in milliseconds. */
const serveTime = 2000;
/** How often a server looks whether a test that it works for has ended, in milliseconds. */
const lookEvery = 8;

/** A server's part in an attempt of a test. */
export class ServerTest implements SharedTest {
  readonly owner: string;
  readonly #folder: TestFolder;
  #scope: TestScope | undefined;
  #served = 0;
  #hasJoined = false;
  #isOver = false;

  constructor(folder: TestFolder, owner: string) {
    this.#folder = folder;
    this.owner = owner;
  }

  get id(): string {
    return this.#folder.id;
  }

  get scope(): TestScope | undefined {
    return this.#scope;
  }

  /** @param open makes the scope; what it throws fails the test. */
  start(open: () => TestScope): void {
    try {
      this.#scope = open();
    } catch (error) {
      this.#folder.join();
      this.#isOver = true;
      this.#folder.writePart(failedPart(error as Error));
    }
  }

  /** A request of this test is being served. Returns what to call when it is done. */
  serving(): () => void {
    this.#served++;
    return () => this.#served--;
  }

  join(): void {
    if (this.#hasJoined) return;
    this.#hasJoined = true;
    this.#folder.join();
    // The test may have ended between its last request and this call of the server's: then the call is late.
    const outcome = this.#folder.readEnd();
    if (outcome === undefined) this.#watch();
    else this.endNow(outcome);
  }

  take(index: number): boolean {
    return this.#folder.take(index);
  }

  beginAgain(): void {}

  hasBegunAgain(): boolean {
    return this.#folder.hasAgain();
  }

  /** Closes the scope at once and hands over what there is. */
  endNow(outcome: Outcome): void {
    if (this.#isOver || this.#scope === undefined) return;
    this.#isOver = true;
    const part = this.#scope.handOverNow(outcome);
    if (this.#hasJoined) this.#handOver(part);
  }

  #watch(): void {
    startTimer(lookEvery, () => {
      if (this.#isOver) return;
      const outcome = this.#folder.readEnd();
      if (outcome === undefined) this.#watch();
      else void this.#end(outcome);
    });
  }

  async #end(outcome: Outcome): Promise<void> {
    const deadline = now() + serveTime;
    if (outcome === 'passed') while (this.#served > 0 && now() < deadline) await wait(5);
    if (this.#isOver) return;
    this.#isOver = true;
    this.#handOver(await this.#scope!.handOver(outcome));
  }

  #handOver(part: ScopePart): void {
    try {
      this.#folder.writePart(part);
    } catch {
      // The run is over and its folder gone: nobody waits.
    }
  }
}

function failedPart(error: Error): ScopePart {
  const code = (error as { code?: string }).code ?? 'REEL_SETUP_MISSING';
  const miss = { code, method: '', url: '', message: error.message } as ScopeReport['misses'][number];
  const report: ScopeReport = {
    cassette: '',
    test: '',
    mode: 'replay',
    outcome: 'failed',
    replayed: 0,
    recorded: 0,
    used: [],
    saved: false,
    misses: [miss],
    unused: [],
    savedUsage: [],
    spentUsage: [],
    warnings: [],
  };
  return { report, nested: [], recorded: [], base: undefined };
}
