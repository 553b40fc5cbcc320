import { AsyncLocalStorage } from 'node:async_hooks';

/**
 * Ties an async context to one test's scope, with a plain fallback for runners that run one test at a time and give no
 * callback to run it in.
 */
export class ScopeContext<Scope extends object> {
  readonly #storage = new AsyncLocalStorage<Scope>();
  #current: Scope | undefined;

  /** The scope of the current async context, else the one set by {@link enter}. */
  get(): Scope | undefined {
    return this.#storage.getStore() ?? this.#current;
  }

  /** Runs a function, and everything asynchronous it starts, inside a scope. */
  run<T>(scope: Scope, fn: () => T): T {
    return this.#storage.run(scope, fn);
  }

  /** Makes a scope the one of every context that has none. Returns the undo. */
  enter(scope: Scope): () => void {
    const before = this.#current;
    this.#current = scope;
    return () => {
      if (this.#current === scope) this.#current = before;
    };
  }
}
