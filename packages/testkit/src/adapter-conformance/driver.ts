/**
 * What not every runner can do. A driver that lacks one says why, and the cases that need it are skipped with that reason.
 */
export type Ability =
  /** Run tests of one file at the same time (`test.concurrent`): prelude `testConcurrent(title, fn)`. */
  | 'concurrent'
  /** Run a passing test several times: prelude `testRepeated(times, title, fn)`, or the `repeats` of a run. */
  | 'repeats'
  /** Run a failing test again: prelude `testRetried(times, title, fn)`. */
  | 'retries'
  /** A test that has to fail (`test.fails`): prelude `testFails(title, fn)`. */
  | 'expected-failure'
  /** A test that skips itself while it runs: prelude `testSkippable(title, fn)`. */
  | 'self-skip'
  /** Two tests of the same full name in one file. */
  | 'same-name-twice'
  /** Fake timers: prelude `useFakeTimers()`. */
  | 'fake-timers'
  /** Load a module anew: prelude `freshAsk()`. */
  | 'module-resets'
  /** Requests at the top level of a test file are seen, and the run is red. */
  | 'import-time-requests'
  /** Requests in a `beforeAll` at the top of a file have a cassette of that file (inside a describe block every runner manages). */
  | 'file-hooks'
  | 'shards'
  /** Stop at the first failure. */
  | 'bail'
  /** Several worker processes or threads. */
  | 'workers'
  /** A flag such as `-u` that renews stored expectations. */
  | 'update-snapshots'
  /** Several projects (configurations) in one run. */
  | 'projects'
  /** One of several projects, or one test file, can lack Reel's setup, and the run can tell. */
  | 'setup-missing'
  /** Run again when a file changes. */
  | 'watch';

/** What the fixture project's configuration is like. */
export type Layout =
  /** One project, Reel set up. */
  | 'plain'
  /** Two projects, `one` and `two`, over the same test files, both with Reel. */
  | 'two-projects'
  /** `with` has the file `with` and Reel's setup; `without` has the file `without` and lacks it. */
  | 'setup-missing';

/** One run of the runner. What is left out is as the runner does it by default. */
export interface RunRequest {
  /** Words that the names of the tests to run contain: a plain text, no pattern. */
  readonly name?: string;
  /** Stems of the test files to run: `['chat']`. */
  readonly files?: readonly string[];
  /** `1/2`. Needs `shards`. */
  readonly shard?: string;
  /** Needs `update-snapshots`. */
  readonly updateSnapshots?: boolean;
  /** Number of workers. Needs `workers`. Default: the runner's, but at most 2. */
  readonly workers?: number;
  /** Needs `bail`. */
  readonly bail?: boolean;
  /** How often each test runs beside the first time, for runners that only repeat whole runs. Needs `repeats`. */
  readonly repeats?: number;
  /** Go on and run again on changes. Needs `watch`. */
  readonly watch?: boolean;
  /** Only this project of the layout `two-projects`. */
  readonly project?: string;
  /** More arguments for the runner, given by the adapter's own tests. */
  readonly args?: readonly string[];
}

/** A process to start: Node with these arguments. */
export interface RunCommand {
  /** Arguments of Node: the runner's script first. */
  readonly argv: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

/** How many tests a run counted, as the runner printed it. A test that failed and passed in a retry has passed. */
export interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

/**
 * How the suite speaks to one adapter's runner. It lies in `packages/<adapter>/test/driver.ts`, and the package's
 * `test/conformance.test.ts` is `describeAdapter(driver)`.
 */
export interface AdapterDriver {
  /** Name of the runner as receipts have it: `vitest`. */
  readonly runner: string;
  /** What the fixture's `ask.js` is: a project with `"type": "module"` (`esm`), or not (`cjs`). */
  readonly modules: 'esm' | 'cjs';
  /** Packages the project needs in its `node_modules`, by name: absolute folders, to be linked. */
  readonly packages: Readonly<Record<string, string>>;
  /**
   * Packages to be copied (`package.json` and `dist`) and not linked, by name: an adapter that imports the runner finds the project's
   * version of it only from a place in the project, because links are followed first.
   */
  readonly copies?: Readonly<Record<string, string>>;
  /** Executables the project needs in `node_modules/.bin`, by name: absolute paths of scripts for Node. Remedies (`npx jest ...`) need them. */
  readonly bins: Readonly<Record<string, string>>;
  /** Configuration of the runner and whatever else every project of this layout has, by path. Test files match `fileName`. */
  files(layout: Layout): Readonly<Record<string, string>>;
  /** File of a test by stem: `chat` -> `chat.test.js`, `sub/chat` -> `sub/chat.test.js`. */
  fileName(stem: string): string;
  /**
   * First lines of every test file. They define the neutral names that bodies use, in terms of the runner:
   *
   * - `describe(title, fn)`, `test(title, fn)`, `test.skip(title, fn)`, `beforeAll(fn)`, `afterAll(fn)`, `beforeEach(fn)`,
   *   `afterEach(fn)`: the runner's own, or what stands for them. Functions take no parameters and may return promises.
   * - `testEach(values, 'says %s', fn)`: a test for each value, called with it; titles have it for `%s`.
   * - `ask(prompt)` from `<up>ask.js` and `assert` (`node:assert/strict`).
   * - `useCassette` of the adapter (or of core).
   * - for what the driver does not lack: `testConcurrent(title, fn)`; `testRetried(times, title, fn)`, which calls
   *   `fn(attempt)`, from 1; `testRepeated(times, title, fn)`; `testFails(title, fn)`; `testSkippable(title, fn)`, which calls
   *   `fn(skip)`; `useFakeTimers()`, which fakes at least `setTimeout` and `Date` (with `REEL_MODE=record` nothing else) and
   *   returns the undo; `freshAsk()`, which promises the `ask` of a freshly loaded `ask.js`.
   *
   * Bodies have no `import` and no top-level `await`, so that they fit CommonJS.
   * @param up path from the test file's folder to the project's, `./` or `../`
   */
  prelude(up: string): string;
  /** {@link prelude} for the file `without` of the layout `setup-missing`, where the test file itself does the set-up. Default: the prelude. */
  preludeWithoutSetup?(up: string): string;
  command(folder: string, run: RunRequest): RunCommand;
  /** @throws when the output has no counts. */
  counts(output: string): Counts;
  /**
   * What the runner counts a test that has to fail as, when a request in it missed and its body failed as it had to: `passed` where the
   * runner takes the miss for the failure it wants, `failed` where the adapter can still fail the test. The run is red either way.
   * Needs `expected-failure`.
   */
  readonly missInExpectedFailure?: 'passed' | 'failed';
  /** What a run of the watch mode prints last, each time. Needs `watch`. */
  readonly watchReady?: RegExp;
  /** What the runner cannot do, each with the reason. */
  readonly lacks: Partial<Readonly<Record<Ability, string>>>;
}
