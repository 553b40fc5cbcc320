import { basename, dirname, isAbsolute, resolve } from 'node:path';
import { ReelError, type Outcome, type ScopeReport } from '@reel/core';
import type { Recorder, TestScope } from '@reel/core/engine';
import { cassetteHeader } from './cassette-address.ts';
import type { ErrorLog } from './error-log.ts';
import type { SharedOptions } from './options.ts';

type Place = Pick<TestScope, 'cassette' | 'store'>;

/** The cassettes a proxy has open: each from its first request until it is closed. */
export class Cassettes {
  readonly #recorder: Recorder;
  readonly #errors: ErrorLog;
  readonly #default: Place | undefined;
  readonly #rerecord: string | undefined;
  readonly #open = new Map<string, TestScope>();
  /** Cassettes that are being saved: who asks for one meanwhile waits. */
  readonly #closing = new Map<string, Promise<unknown>>();
  readonly #reports: ScopeReport[] = [];

  constructor(
    recorder: Recorder,
    errors: ErrorLog,
    { cassette, rerecord }: Pick<SharedOptions, 'cassette' | 'rerecord'>,
  ) {
    this.#recorder = recorder;
    this.#errors = errors;
    this.#rerecord = rerecord;
    this.#default = this.#defaultPlace(cassette);
  }

  get reports(): readonly ScopeReport[] {
    return this.#reports;
  }

  /** Names of the cassettes that are open. */
  get open(): string[] {
    return [...this.#open.values()].map(({ cassette }) => cassette);
  }

  /**
   * The scope of a request.
   * @throws REEL_CASSETTE_NAME when neither the request nor the options name one, and what opening a scope throws.
   */
  scopeOf(name: string | undefined): TestScope | Promise<TestScope> {
    const place = name === undefined ? this.#default : this.#placeOf(name);
    if (place === undefined) throw noCassette();
    const open = this.#open.get(keyOf(place));
    if (open !== undefined) return open;
    const closing = this.#closing.get(keyOf(place));
    return closing === undefined ? this.#openAt(place) : closing.then(() => this.scopeOf(name));
  }

  /**
   * Ends a cassette: what it recorded is saved, and its next request begins anew, as a test that runs again does.
   * @returns `undefined` when it is not open.
   * @throws what saving throws; that also is in the log.
   */
  async close(name: string | undefined, outcome: Outcome): Promise<ScopeReport | undefined> {
    const place = name === undefined ? this.#default : this.#placeOf(name);
    const scope = place && this.#open.get(keyOf(place));
    return scope === undefined ? undefined : this.#close(scope, outcome);
  }

  /** Ends all of them. One that cannot be saved does not keep the others from it, and is in the log. */
  async closeAll(outcome: Outcome): Promise<void> {
    await Promise.allSettled([...this.#open.values()].map((scope) => this.#close(scope, outcome)));
    await Promise.allSettled(this.#closing.values());
  }

  async #close(scope: TestScope, outcome: Outcome): Promise<ScopeReport> {
    const key = keyOf(scope);
    this.#open.delete(key);
    const closing = scope.close(outcome);
    const settled = closing.then(
      (report) => this.#reports.push(report),
      (error: unknown) => this.#errors.addThrown(error, `the cassette ${scope.location} could not be saved`),
    );
    this.#closing.set(key, settled);
    await settled;
    this.#closing.delete(key);
    return closing;
  }

  #openAt({ cassette, store }: Place): TestScope {
    const scope = this.#recorder.open({
      cassette,
      store,
      test: `cassette ${cassette}`,
      ...(this.#rerecord !== undefined && { rerecord: this.#rerecord }),
    });
    this.#open.set(keyOf(scope), scope);
    return scope;
  }

  #placeOf(name: string): Place {
    const { base, options } = this.#recorder;
    return { cassette: name, store: this.#recorder.storeAt(resolve(base, options.dir ?? 'cassettes')) };
  }

  #defaultPlace(given: string | undefined): Place | undefined {
    const { base, environment, options } = this.#recorder;
    const file = given ?? (environment['REEL_CASSETTE'] || undefined);
    if (file === undefined) return undefined;
    if (given !== undefined && !given.endsWith('.jsonl') && !isAbsolute(given)) return this.#placeOf(given);
    // A file, as REEL_CASSETTE names one for `--import @reel/core/register`: both then use the same.
    const path = resolve(base, options.dir ?? '.', file.replace(/\.jsonl$/i, ''));
    return { cassette: basename(path), store: this.#recorder.storeAt(dirname(path)) };
  }
}

/** A name alone is not enough: the default cassette may lie in another folder than the others. */
function keyOf({ cassette, store }: Place): string {
  return `${store.root}\n${cassette}`;
}

function noCassette(): ReelError {
  return new ReelError('REEL_CASSETTE_NAME', {
    what: 'the request names no cassette, and the proxy was started without one',
    where: 'the proxy',
    fix: `start the proxy with a cassette, put /@<cassette> before the path of the base URL, or send the header ${cassetteHeader}`,
  });
}
