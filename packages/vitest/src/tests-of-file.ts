import { relative } from 'node:path';
import { shellQuote, type Recorder, type TestScope } from '@reel/core';
import { notRun, openTest, ordinalsOf } from '@reel/core/adapter';
import type { RunnerTestCase as Test } from 'vitest';
import { testsIn, titlesOf } from './tasks.ts';
import type { Provided } from './types.ts';

/** The tests of one file, as cassettes and messages name them. */
export class TestsOfFile {
  readonly file: string;
  readonly root: string;
  readonly #recorder: Recorder;
  readonly #project: string | undefined;
  readonly #joinsTitlesBySpace: boolean;
  #ordinals: ReadonlyMap<Test, number> | undefined;

  constructor(recorder: Recorder, file: string, provided: Partial<Provided>) {
    this.#recorder = recorder;
    this.file = file;
    this.root = provided.root ?? process.cwd();
    this.#project = provided.project;
    this.#joinsTitlesBySpace = provided.joinsTitlesBySpace ?? false;
  }

  /** The scope of a test's next attempt; without a test, of the file's hooks. */
  open(test?: Test): TestScope {
    const identity = this.#identityOf(test);
    return openTest(this.#recorder, {
      ...identity,
      project: this.#project,
      command: this.#commandFor(identity.titlePath),
    });
  }

  notRun(test: Test): ReturnType<typeof notRun> {
    return notRun(this.#recorder, this.#identityOf(test));
  }

  #identityOf(test?: Test): { file: string; root: string; titlePath: readonly string[]; ordinal: number } {
    const { file, root } = this;
    if (test === undefined) return { file, root, titlePath: [], ordinal: 1 };
    this.#ordinals ??= ordinalsOf(testsIn(test.file), titlesOf);
    return { file, root, titlePath: titlesOf(test), ordinal: this.#ordinals.get(test) ?? 1 };
  }

  #commandFor(titlePath: readonly string[]): string {
    return [
      'npx vitest run',
      shellQuote(relative(this.root, this.file)),
      ...(this.#project === undefined ? [] : ['--project', shellQuote(this.#project)]),
      ...(titlePath.length === 0 ? [] : ['-t', shellQuote(this.#patternOf(titlePath))]),
    ].join(' ');
  }

  /** Vitest 5 joins titles by ` > ` before it compares, Vitest 4 by a space, with one in front. */
  #patternOf(titlePath: readonly string[]): string {
    const titles = titlePath.map((title) => title.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'));
    return this.#joinsTitlesBySpace ? `^\\s*${titles.join(' ')}$` : `^${titles.join(' > ')}$`;
  }
}
