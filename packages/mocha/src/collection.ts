import { createRequire } from 'node:module';
import { fileOf, rootOf, suitesIn, type Hook, type Suite, type Test } from './mocha.ts';

/** What is known of one root suite: Mocha has one for all files, in parallel mode one for each, in watch mode one for each run. */
export interface Collection {
  /** Which of the tests of the same full name in its file each is, from 1, counted as collected: `.only` and filters shift nothing. */
  readonly ordinals: Map<Test, number>;
  /** Files of the hooks at the top of files: they belong to the root suite, which belongs to none. */
  readonly fileOfHook: WeakMap<Hook, string>;
  readonly counts: Map<string, number>;
  loading: string | undefined;
}

/** Who wants to know at once. */
export interface Listener {
  loading(file: string, root: Suite): void;
  loaded(): void;
  added(runnable: Test | Hook, suite: Suite): void;
}

const collections = new WeakMap<Suite, Collection>();

export function collectionOf(root: Suite): Collection {
  let collection = collections.get(root);
  if (collection === undefined) {
    collection = { ordinals: new Map(), fileOfHook: new WeakMap(), counts: new Map(), loading: undefined };
    collections.set(root, collection);
  }
  return collection;
}

/** Counts what the suites have, unless it was counted when it was added. */
export function collect(root: Suite): Collection {
  const collection = collectionOf(root);
  for (const { tests } of suitesIn(root)) for (const test of tests) count(collection, test);
  return collection;
}

function count({ ordinals, counts }: Collection, test: Test): void {
  if (ordinals.has(test)) return;
  const name = [fileOf(test), ...test.titlePath()].join('\0');
  const ordinal = (counts.get(name) ?? 0) + 1;
  counts.set(name, ordinal);
  ordinals.set(test, ordinal);
}

const hookEvents: ReadonlySet<string> = new Set(['beforeAll', 'beforeEach', 'afterEach', 'afterAll']);

/**
 * Hears what suites say while they are filled: the only moment at which Mocha tells the file of a hook at its top, and the order of
 * tests before `.only` takes some away. Where Mocha cannot be found (a program that brings its own), both are found out as far as
 * possible when the run starts.
 */
export function listen(listener: Listener): void {
  const prototype = suitePrototype();
  if (prototype === undefined || listening in prototype) return;
  const { emit } = prototype;
  Object.defineProperty(prototype, listening, { value: true });
  prototype.emit = function (this: Suite, event: string, ...values: unknown[]): boolean {
    const collection = collectionOf(rootOf(this));
    if (event === 'pre-require' && typeof values[1] === 'string') {
      collection.loading = values[1];
      listener.loading(values[1], this);
    } else if (event === 'post-require') {
      collection.loading = undefined;
      listener.loaded();
    } else if (event === 'test') {
      count(collection, values[0] as Test);
      listener.added(values[0] as Test, this);
    } else if (hookEvents.has(event)) {
      if (this.root && collection.loading !== undefined)
        collection.fileOfHook.set(values[0] as Hook, collection.loading);
      listener.added(values[0] as Hook, this);
    }
    return emit.call(this, event, ...values);
  };
}

const listening = Symbol.for('reel.mocha.listening');

interface SuitePrototype {
  emit(this: Suite, event: string, ...values: unknown[]): boolean;
}

/** Of the Mocha that runs: the one beside its own script, which need not be the one this package would find. */
function suitePrototype(): SuitePrototype | undefined {
  for (const from of [process.argv[1], import.meta.url]) {
    if (from === undefined) continue;
    try {
      const { Suite } = createRequire(from)('mocha') as { Suite: { prototype: SuitePrototype } };
      return Suite.prototype;
    } catch {
      // Not reachable from there.
    }
  }
  return undefined;
}
