import { closeTest, labelOf, notRun, takeStrays, withoutStack } from '@reel/core/adapter';
import type { TestScope } from '@reel/core';
import { bind, type Call, type Failure } from './bind.ts';
import { collect, type Collection } from './collection.ts';
import {
  fileOf,
  originOf,
  suitesIn,
  type Context,
  type Hook,
  type HookList,
  type Suite,
  type Test,
} from './mocha.ts';
import { open, recorder, report, root as folder } from './session.ts';

interface Attempt {
  readonly scope: TestScope;
  state: 'running' | 'passed' | 'failed';
  isClosed: boolean;
}

const hookLists: readonly HookList[] = ['_beforeAll', '_beforeEach', '_afterEach', '_afterAll'];

/** One run of one root suite: gives every function of it its scope, and fails what missed. */
export class MochaRun {
  readonly #own: ReadonlySet<unknown>;
  readonly #attempts = new Map<Test, Attempt>();
  readonly #ran = new Set<Test>();
  readonly #bound = new WeakSet<Test | Hook>();
  readonly #files: Map<string, TestScope>;
  readonly #failedFiles = new Set<string>();
  #collection: Collection;

  /**
   * @param own our root hooks, which no scope is put around
   * @param files scopes of files that were opened when the files were loaded
   */
  constructor(root: Suite, own: ReadonlySet<unknown>, files: Map<string, TestScope>) {
    this.#own = own;
    this.#files = files;
    this.#collection = collect(root);
    for (const suite of suitesIn(root)) {
      for (const test of suite.tests) this.bindTest(test);
      for (const list of hookLists) for (const hook of suite[list]) this.bindHook(hook, list);
    }
    // Ours were the first, and have to be the last: hooks at the top of files may still make calls.
    moveLast(root._afterEach, this.#own);
    moveLast(root._afterAll, this.#own);
  }

  /** Also for what is added while the tests run. */
  bindTest(test: Test): void {
    if (test.fn === undefined || this.#bound.has(test)) return;
    this.#bound.add(test);
    test.fn = bind(test.fn, (context) => this.#callTest(context));
  }

  bindHook(hook: Hook, list: HookList): void {
    if (hook.fn === undefined || this.#own.has(hook.fn) || this.#bound.has(hook)) return;
    const file = this.#collection.fileOfHook.get(hook) ?? suiteFile(hook.parent);
    const isOfTest = list === '_beforeEach' || list === '_afterEach';
    // A root hook of another plugin, before or after everything, belongs to no file: its calls are outside of any test.
    if (!isOfTest && file === undefined) return;
    this.#bound.add(hook);
    hook.fn = bind(hook.fn, (context) =>
      isOfTest ? this.#callEachHook(context) : this.#callFileHook(file!),
    );
  }

  /** The last word on an attempt, after all of its each-hooks. Gives what to fail a test with that had passed until then. */
  async endAttempt(test: Test): Promise<Error | undefined> {
    const attempt = this.#attempts.get(test);
    if (attempt === undefined || attempt.isClosed) return undefined;
    const problem = await this.#close(test, attempt, test.pending ? 'skipped' : attempt.state);
    return attempt.state === 'passed' ? withoutStack(problem) : undefined;
  }

  /** @throws the first problem that no test showed. */
  async end(): Promise<void> {
    const problems: unknown[] = [];
    for (const test of this.#attempts.keys()) problems.push(await this.endAttempt(test));
    for (const [file, scope] of this.#files) {
      const outcome = this.#failedFiles.has(file) ? 'failed' : 'passed';
      const { reports, problem } = await closeTest(scope, outcome);
      report([file], reports);
      // Misses of hooks failed the hook already.
      if (!this.#failedFiles.has(file)) problems.push(problem);
    }
    const [firstFile] = [...this.#collection.ordinals.keys()].map(fileOf);
    const strays = takeStrays(recorder, firstFile === undefined ? 'this run' : this.#name(firstFile));
    report(['strays', firstFile ?? ''], strays.reports);
    problems.push(strays.problem);
    report(['not run', firstFile ?? ''], this.#leftOut());
    const first = problems.find((problem) => problem !== undefined);
    if (first !== undefined) throw withoutStack(first);
  }

  #leftOut(): ReturnType<typeof notRun>[] {
    return [...this.#collection.ordinals.keys()]
      .filter((test) => !this.#ran.has(test) && fileOf(test) !== undefined)
      .map((test) => notRun(recorder, { ...this.#identityOf(test), root: folder }));
  }

  /** Whom to name for what belongs to no test: in serial mode one run has many files. */
  #name(file: string): string {
    const files = new Set([...this.#collection.ordinals.keys()].map(fileOf));
    return files.size > 1 ? 'this run' : labelOf({ root: folder, file, titlePath: [] });
  }

  #callTest({ test }: Context): Call {
    const attempt = this.#attemptOf(test);
    return {
      run: (fn) => (attempt === undefined ? fn() : attempt.scope.run(fn)),
      settle: async (failure) =>
        attempt === undefined ? failure : await this.#settle(test, attempt, failure),
    };
  }

  async #settle(test: Test, attempt: Attempt, failure: Failure | undefined): Promise<Failure | undefined> {
    // Skipped itself, or timed out and was given up.
    if (test.pending || attempt.isClosed) return failure;
    if (failure === undefined && !this.#hasHooksAfter(test)) {
      // Nothing comes after it: also what goes wrong with saving fails the test, and is retried.
      const problem = await this.#close(test, attempt, 'passed');
      return problem && { error: withoutStack(problem) };
    }
    attempt.state = 'failed';
    try {
      attempt.scope.assertNoMisses();
    } catch (miss) {
      const { code } = miss as { code: string };
      // What the application made of the refusal would say the same once more.
      if (failure !== undefined && !String((failure.error as Error | undefined)?.message).includes(code))
        (miss as Error).cause = failure.error;
      return { error: withoutStack(miss) };
    }
    if (failure === undefined) attempt.state = 'passed';
    return failure;
  }

  #callEachHook({ currentTest }: Context): Call {
    let attempt: Attempt | undefined;
    try {
      attempt = currentTest && this.#attemptOf(currentTest);
    } catch {
      // The test is going to fail with it; a hook that fails would end the whole suite.
    }
    return {
      run: (fn) => (attempt === undefined ? fn() : attempt.scope.run(fn)),
      settle: async (failure) => {
        if (failure !== undefined && attempt !== undefined && currentTest?.pending !== true)
          attempt.state = 'failed';
        return failure;
      },
    };
  }

  #callFileHook(file: string): Call {
    const scope = this.fileScope(file);
    return {
      run: (fn) => scope.run(fn),
      settle: async (failure) => {
        let end = failure;
        try {
          scope.assertNoMisses();
        } catch (miss) {
          end = { error: withoutStack(miss) };
        }
        if (end !== undefined) this.#failedFiles.add(file);
        return end;
      },
    };
  }

  /** Scope of what no test owns: the top level of a file, and hooks around all of its tests. */
  fileScope(file: string): TestScope {
    let scope = this.#files.get(file);
    if (scope === undefined) this.#files.set(file, (scope = open(file, [])));
    return scope;
  }

  #attemptOf(test: Test): Attempt | undefined {
    const known = this.#attempts.get(test);
    if (known !== undefined) return known;
    const { file, titlePath, ordinal } = this.#identityOf(test);
    if (file === '') return undefined;
    this.#ran.add(originOf(test));
    const attempt: Attempt = { scope: open(file, titlePath, ordinal), state: 'running', isClosed: false };
    this.#attempts.set(test, attempt);
    return attempt;
  }

  async #close(
    test: Test,
    attempt: Attempt,
    outcome: 'passed' | 'failed' | 'skipped' | 'running',
  ): Promise<Error | undefined> {
    attempt.isClosed = true;
    this.#attempts.delete(test);
    const { reports, problem } = await closeTest(attempt.scope, outcome === 'running' ? 'failed' : outcome);
    const { file, titlePath, ordinal } = this.#identityOf(test);
    report([file, ...titlePath, ordinal], reports);
    return problem;
  }

  #identityOf(test: Test): { file: string; titlePath: string[]; ordinal: number } {
    const origin = originOf(test);
    return {
      file: fileOf(origin) ?? '',
      titlePath: origin.titlePath(),
      ordinal: this.#collection.ordinals.get(origin) ?? 1,
    };
  }

  #hasHooksAfter(test: Test): boolean {
    for (let suite = test.parent; suite !== undefined; suite = suite.parent) {
      if (suite._afterEach.some(({ fn }) => !this.#own.has(fn))) return true;
    }
    return false;
  }
}

function suiteFile(suite: Suite | undefined): string | undefined {
  return suite === undefined ? undefined : (suite.file ?? suiteFile(suite.parent));
}

function moveLast(hooks: Hook[], own: ReadonlySet<unknown>): void {
  const ours = hooks.filter(({ fn }) => own.has(fn));
  hooks.splice(0, hooks.length, ...hooks.filter(({ fn }) => !own.has(fn)), ...ours);
}
