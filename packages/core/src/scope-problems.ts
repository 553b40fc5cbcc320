import { isReelError, ReelError, userFrames } from './errors.ts';
import type { Decision, ExchangeHead } from './interception/transport.ts';
import { createKeyOf } from './matching/index.ts';
import type { Interaction } from './model/interaction.ts';
import { refusalsIn } from './recording/refusals.ts';
import type { Miss, ScopeReport } from './report.ts';
import type { TestScope } from './test-scope.ts';

/** What went wrong in one scope: misses, which fail its test, and warnings. Words it, and refuses requests for it. */
export class ScopeProblems {
  readonly misses: Miss[] = [];
  /** Each is told once. */
  readonly warnings = new Set<string>();
  readonly #scope: Pick<TestScope, 'location' | 'recorder' | 'test'>;
  readonly #rerecord: string | undefined;

  /** @param rerecord the command that records this one test */
  constructor(scope: Pick<TestScope, 'location' | 'recorder' | 'test'>, rerecord: string | undefined) {
    this.#scope = scope;
    this.#rerecord = rerecord;
  }

  get test(): string {
    return this.#scope.test;
  }

  /** The test and its cassette, for messages. */
  get where(): string {
    return `${this.#scope.test} (${this.#scope.location})`;
  }

  /** What repairs a miss. */
  get fix(): string {
    return (
      this.#rerecord ?? `run it once with REEL_MODE=record (and a key), then commit ${this.#scope.location}`
    );
  }

  /** @param url redacted */
  miss(method: string, url: string, { code, message }: ReelError): void {
    this.misses.push({ code, method, url, message });
  }

  /** Takes over what went wrong elsewhere. */
  adopt({ misses, warnings }: Pick<ScopeReport, 'misses' | 'warnings'>): void {
    this.misses.push(...misses);
    for (const warning of warnings) this.warnings.add(warning);
  }

  /** Warns of answers that are going to be kept, and that nobody may have wanted. */
  warnOfRefusals(interactions: readonly Interaction[]): void {
    const { location, recorder } = this.#scope;
    for (const warning of refusalsIn(interactions, location, createKeyOf(recorder.match)))
      this.warnings.add(warning);
  }

  /** Answers a request with what stands against it, and fails the test. Any error but Reel's own reaches the client as it is. */
  refuse(head: ExchangeHead, cause: unknown): Decision {
    if (!isReelError(cause)) return { kind: 'fail', error: cause as Error };
    const { recorder } = this.#scope;
    this.miss(head.method, recorder.redactor.url(head.url), cause);
    return { kind: 'reply', reply: recorder.missReply(head.url, cause) };
  }

  /** Refused as a miss is, so that SDKs neither retry it nor hide the message; the stray makes the run fail. */
  refuseLate(head: ExchangeHead): Decision {
    const { recorder } = this.#scope;
    const error = this.lateError(`${head.method} ${recorder.redactor.url(head.url)} was sent`);
    return { kind: 'reply', reply: recorder.missReply(head.url, error) };
  }

  /** Reports a stray. @param what it was, as a sentence without its end */
  lateError(what: string): ReelError {
    const error = new ReelError('REEL_SCOPE_CLOSED', {
      what: `${what} after its test had ended`,
      where: this.#scope.test,
      fix: 'await the call in the test (or in an afterEach hook), so that it ends before the test does',
    });
    this.#scope.recorder.reportStray(error);
    return error;
  }

  unusedError(unused: ScopeReport['unused']): ReelError {
    const list = unused.map(({ method, url }) => `  - ${method} ${url}`);
    return new ReelError('REEL_UNUSED_RECORDING', {
      what: `the test passed without asking for ${list.length} of its recordings:\n${list.join('\n')}`,
      where: this.where,
      fix: this.fix,
    });
  }

  /** @throws the first miss, of the scope or one nested in it, with the others listed below it. */
  assertNoMisses(nested: readonly ScopeReport[]): void {
    const [first, ...others] = [...this.misses, ...nested.flatMap(({ misses }) => misses)];
    if (first === undefined) return;
    const list = others.map((miss) => `  also: ${miss.code} ${miss.method} ${miss.url}`);
    throw new MissError(first, list);
  }
}

/** Thrown at the end of a test whose misses the application swallowed. */
class MissError extends Error {
  override readonly name = 'ReelError';
  readonly code: string;

  constructor(miss: Miss, others: readonly string[]) {
    super([miss.message, ...others].join('\n'));
    this.code = miss.code;
    Object.defineProperty(this, 'code', { enumerable: false });
    if (this.stack !== undefined) this.stack = userFrames(this.stack);
    Object.defineProperty(this, Symbol.for('reel.error'), { value: true });
  }
}

/** The one sentence of an error, for a warning. */
export function sentenceOf(error: unknown): string {
  return isReelError(error) ? error.what : String((error as Error)?.message ?? error);
}
