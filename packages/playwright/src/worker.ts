import { test as base, type TestInfo, type WorkerInfo } from '@playwright/test';
import { createSession, isWriting, withMode, type Outcome, type ScopeReport } from '@reel/core';
import {
  Attempt,
  carryTestId,
  closeTest,
  isShown,
  openTest,
  runFolder,
  takeStrays,
  type TestNote,
  writeReports,
} from '@reel/core/adapter';
import type { Recorder, TestScope } from '@reel/core/engine';
import { AttemptScope, type OpenAttempt, type ReelTest } from './attempt-scope.ts';
import { noteCovered } from './coverage.ts';
import { coreOptions, optionsSource, type ReelUse } from './options.ts';
import { PageCalls } from './page/page-calls.ts';
import { runInside, runningHook } from './playwright-internals.ts';
import { reporterVariable } from './run.ts';
import { runnerMode } from './runner-mode.ts';
import { ServerContexts } from './server/contexts.ts';
import { assertServersCovered } from './server/probe.ts';
import { serverLeft, setupMissing } from './setup-missing.ts';
import { commandOf, rootOf, specFile, titlesOf, type PlaywrightTest } from './test-name.ts';

interface FileHooks {
  readonly file: string;
  readonly running: AttemptScope;
  /** A test of the file has passed in this worker, so its `beforeAll` did. */
  hasPassed: boolean;
  readonly key: string;
  /** Hooks that asked for something, each with the test for which it ran. */
  readonly ran: Map<string, TestInfo>;
}

/**
 * Reel in one worker process. Playwright runs one test at a time in it, so what code runs in no scope of its own belongs to the
 * current test, or to the hooks of the file.
 */
export class ReelWorker {
  readonly servers: ServerContexts;
  readonly page: PageCalls;
  readonly #recorder: Recorder;
  readonly #use: ReelUse;
  readonly #info: WorkerInfo;
  readonly #folder: string;
  readonly #leave: () => void;
  /** Of the current file first; others have yet to be closed. */
  #hooks: FileHooks[] = [];
  readonly #covered = new Set<string>();
  #test: AttemptScope | undefined;
  #leaveTest: () => void = () => {};
  #probe: Promise<void> | undefined;

  /** @throws every error of the configuration, and REEL_SETUP_MISSING without a run folder. */
  constructor(info: WorkerInfo, use: ReelUse) {
    const folder = runFolder();
    if (folder === undefined) throw setupMissing();
    this.#info = info;
    this.#folder = folder;
    this.#use = use;
    this.#recorder = createSession(this.#session()).start();
    const idOfNow = (): string | undefined => this.#current()?.open().attempt.announce();
    const scopeOfNow = (): TestScope | undefined => this.#current()?.open().scope;
    this.#leave = this.#recorder.scopes.enter(scopeOfNow);
    this.servers = new ServerContexts(idOfNow);
    this.page = new PageCalls(use.reelOptions.browser, this.#recorder, scopeOfNow);
    carryTestId(idOfNow);
  }

  /** @throws REEL_SETUP_MISSING when a server under test is without Reel. */
  async startTest(info: TestInfo): Promise<ReelTest> {
    const test = describeTest(info);
    const file = specFile(info.config, test);
    if (!this.#covered.has(file)) {
      this.#covered.add(file);
      noteCovered(this.#folder, info.project.name, file);
    }
    await this.#closeHooks((hooks) => hooks.file !== file);
    await (this.#probe ??= assertServersCovered(this.#folder));
    const running = this.#open(test, file, titlesOf(test), info.repeatEachIndex);
    this.#test = running;
    this.#leaveTest = runInside(info, (work) => this.#recorder.scopes.run(() => running.open().scope, work));
    await this.servers.renew();
    return running;
  }

  /** @throws the first miss, when there was one; a failed save. */
  async endTest(info: TestInfo): Promise<void> {
    const running = this.#test;
    if (running === undefined) return;
    this.#leaveTest();
    const outcome = outcomeOf(info);
    const { reports, problem } = await this.#close(running, outcome, info.repeatEachIndex > 0);
    this.#test = undefined;
    const file = specFile(info.config, describeTest(info));
    const hooks = this.#hooks.find((one) => one.file === file);
    if (hooks !== undefined && outcome === 'passed' && problem === undefined) hooks.hasPassed = true;
    writeReports(
      this.#folder,
      `${info.project.name} ${info.testId} ${info.repeatEachIndex}`,
      reports,
      info.retry > 0,
    );
    await this.servers.renew();
    // A beforeAll that swallowed its miss fails what stands on it.
    const first = problem ?? hooks?.running.misses.map(({ message }) => new Error(message))[0];
    if (first === undefined) return;
    // Nobody else makes the run red when the test was to fail.
    if (process.env[reporterVariable] === undefined) info.expectedStatus = 'passed';
    if (!isShown(first, info.errors)) throw first;
  }

  /** The worker ends. @throws what went wrong in hooks, or outside of any test. */
  async stop(): Promise<void> {
    const problem = await this.#closeHooks(() => true);
    await this.page.stop();
    const strays = takeStrays(this.#recorder, 'outside of any test');
    writeReports(this.#folder, `outside ${process.pid}`, strays.reports);
    this.#leave();
    this.#recorder.stop();
    const first = problem ?? strays.problem;
    if (first !== undefined) throw first;
  }

  #current(): AttemptScope | undefined {
    if (this.#test !== undefined) return this.#test;
    const info = currentTest();
    if (info === undefined) return this.#hooks[0]?.running;
    const test = describeTest(info);
    const file = specFile(info.config, test);
    const known = this.#hooks.find((hooks) => hooks.file === file);
    if (known !== undefined) {
      if (beginsAgain(known, info)) known.running.nextRound();
      return known.running;
    }
    const hooks: FileHooks = {
      file,
      running: this.#open(test, file, [], 0),
      hasPassed: false,
      key: `hooks ${file} ${process.pid}`,
      ran: new Map(),
    };
    beginsAgain(hooks, info);
    this.#hooks.unshift(hooks);
    return hooks.running;
  }

  #open(test: PlaywrightTest, file: string, titlePath: readonly string[], repeat: number): AttemptScope {
    return new AttemptScope(() => this.#make(test, file, titlePath, repeat));
  }

  #make(test: PlaywrightTest, file: string, titlePath: readonly string[], repeat: number): OpenAttempt {
    const root = rootOf(this.#info.config);
    const project = this.#info.project.name;
    const command = commandOf(root, file, test, titlePath.length > 0);
    const attempt: Attempt = new Attempt(this.#folder, () => ({
      session: this.#session(),
      mode: scope.mode,
      root: scope.store.root!,
      cassette: scope.cassette,
      test: scope.test,
      rerecord: `to record it: ${withMode('record', command)}`,
      claimant: project,
      owner: `${project} ${file} ${titlePath.join(' > ')} ${repeat}`,
    }));
    const scope: TestScope = openTest(this.#recorder, {
      file,
      titlePath,
      root,
      command,
      project,
      shared: attempt,
      inParts: titlePath.length === 0,
      // Of tests that are repeated at the same time only one can record.
      ...(repeat > 0 && this.#recorder.mode.mode === 'record' && { mode: 'live' }),
    }) as TestScope;
    return { scope, attempt };
  }

  async #close(
    running: AttemptScope,
    outcome: Outcome,
    isRepeat: boolean,
  ): Promise<{ reports: readonly ScopeReport[]; problem: Error | undefined }> {
    const { opened, problem } = running.end();
    if (opened === undefined) return { reports: [], problem };
    const { scope, attempt } = opened;
    const { parts, lost } = await attempt.end(outcome);
    for (const part of parts) scope.adopt(part);
    const isKept = lost === 0 && !(isRepeat && isWriting(scope.mode));
    const closed = await closeTest(scope, isKept ? outcome : 'failed');
    const reports = closed.reports.map((report) => ({ ...report, outcome }));
    if (lost === 0 || closed.problem !== undefined) return { reports, problem: closed.problem };
    return { reports, problem: serverLeft(scope.test) };
  }

  async #closeHooks(isDone: (hooks: FileHooks) => boolean): Promise<Error | undefined> {
    const done = this.#hooks.filter(isDone);
    let first: Error | undefined;
    for (const hooks of done) {
      const { reports, problem } = await this.#close(
        hooks.running,
        hooks.hasPassed ? 'passed' : 'failed',
        false,
      );
      writeReports(this.#folder, hooks.key, reports);
      first ??= problem;
    }
    this.#hooks = this.#hooks.filter((hooks) => !done.includes(hooks));
    return first;
  }

  #session(): TestNote['session'] {
    return {
      from: rootOf(this.#info.config),
      options: coreOptions(this.#use),
      optionsSource,
      runnerMode: runnerMode(this.#info.config),
    };
  }
}

function describeTest(info: TestInfo): PlaywrightTest {
  const { file, line, titlePath, tags, project } = info;
  return { file, line, titlePath, tags, project: project.name };
}

/** Whether a hook of the file runs for a second time in this worker: it does so once for each part of the file. */
function beginsAgain({ ran }: FileHooks, info: TestInfo): boolean {
  const hook = runningHook(info);
  if (hook === undefined) return false;
  const before = ran.get(hook) ?? info;
  if (before !== info) ran.clear();
  ran.set(hook, info);
  return before !== info;
}

/** The test that runs, or the one whose hooks do. */
function currentTest(): TestInfo | undefined {
  try {
    return base.info();
  } catch {
    return undefined;
  }
}

function outcomeOf({ status, expectedStatus }: TestInfo): Outcome {
  if (status === 'skipped') return 'skipped';
  return status === expectedStatus ? 'passed' : 'failed';
}
