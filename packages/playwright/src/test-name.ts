import { existsSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import type { FullConfig } from '@playwright/test';
import { shellQuote } from '@reel/core';

/** What Playwright says of a test, in a worker and in a reporter. */
export interface PlaywrightTest {
  readonly file: string;
  readonly line: number;
  /** File, describe blocks, test. */
  readonly titlePath: readonly string[];
  readonly tags: readonly string[];
  readonly project: string;
}

/** Folder that messages name files relative to: that of the config, where `npx playwright test` is called. */
export function rootOf({ configFile, rootDir }: Pick<FullConfig, 'configFile' | 'rootDir'>): string {
  return configFile === undefined ? rootDir : dirname(configFile);
}

/** The file that was collected. `test.file` is where `test()` stands, which may be a helper that several files call. */
export function specFile(
  { rootDir }: Pick<FullConfig, 'rootDir'>,
  { file, titlePath }: PlaywrightTest,
): string {
  const [name] = titlePath;
  if (name === undefined) return file;
  let collected = files.get(name);
  if (collected === undefined) {
    collected = join(rootDir, name);
    if (!existsSync(collected)) return file;
    files.set(name, collected);
  }
  return collected;
}

/** Files by their title: a process has one root folder, and a file many tests. */
const files = new Map<string, string>();

/** Describe blocks and test, outermost first. */
export function titlesOf({ titlePath }: PlaywrightTest): string[] {
  return titlePath.slice(1);
}

/** The command that runs exactly this test; all tests of its file when there is none. */
export function commandOf(root: string, file: string, test: PlaywrightTest, isOneTest: boolean): string {
  // A file argument is a pattern, which on Windows takes `/` as well.
  const path = relative(root, file).split(sep).join('/');
  const project = test.project === '' ? '' : ` --project=${shellQuote(test.project)}`;
  const name = isOneTest ? ` -g ${shellQuote(patternOf(test))}` : '';
  return `npx playwright test ${shellQuote(path)}${name}${project}`;
}

/** What `-g` looks into is `project file describe @tag-of-describe title @tag`, joined by blanks. */
function patternOf({ titlePath, tags }: PlaywrightTest): string {
  const parts = titlePath.map(escapePattern);
  return tags.length === 0 ? ` ${parts.join(' ')}$` : ` ${parts.join('(?: @\\S+)* ')}(?: @\\S+)*$`;
}

function escapePattern(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
