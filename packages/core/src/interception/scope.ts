import { AsyncLocalStorage } from 'node:async_hooks';

/**
 * Ties an async context to one test's scope, with a plain fallback for runners that run one test at a time and give no
 * callback to run it in.
 */
export class ScopeContext<Scope extends object> {
  readonly #storage = new AsyncLocalStorage<Scope | (() => Scope | undefined)>();
  #current: Scope | (() => Scope | undefined) | undefined;

  /** The scope of the current async context, else the one set by {@link enter}. */
  get(): Scope | undefined {
    const scope = this.#storage.getStore() ?? this.#current;
    return typeof scope === 'function' ? scope() : scope;
  }

  /**
   * Runs a function, and everything asynchronous it starts, inside a scope.
   * @param scope may be a function that is asked at each request, to open the scope when it is needed first
   */
  run<T>(scope: Scope | (() => Scope | undefined), fn: () => T): T {
    return this.#storage.run(scope, fn);
  }

  /**
   * Makes a scope the one of every context that has none. Returns the undo.
   * @param scope may be a function that is asked at each request, where a runner does not say when it goes on to another file
   */
  enter(scope: Scope | (() => Scope | undefined)): () => void {
    const before = this.#current;
    this.#current = scope;
    return () => {
      if (this.#current === scope) this.#current = before;
    };
  }
}
