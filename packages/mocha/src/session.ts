import { relative } from 'node:path';
import { createSession, shellQuote, type Recorder, type TestScope } from '@reel/core';
import { nameFilter, openTest, runFolder, writeReports } from '@reel/core/adapter';

/** Mocha has no root folder of its own. */
export const root: string = process.cwd();

// Started before a spec file is loaded: what it asks at its top level is seen.
export const recorder: Recorder = createSession({ from: root }).start();

/** Opens the scope of one attempt of a test; of a file's hooks when `titlePath` is empty. */
export function open(file: string, titlePath: readonly string[], ordinal = 1): TestScope {
  const setup = process.argv.includes('@reel/mocha') ? ' --require @reel/mocha' : '';
  const filter = titlePath.length === 0 ? '' : ` -g ${shellQuote(nameFilter(titlePath))}`;
  return openTest(recorder, {
    file,
    titlePath,
    ordinal,
    root,
    command: `npx mocha${setup} ${shellQuote(relative(root, file))}${filter}`,
  });
}

export function report(key: readonly (string | number)[], reports: Parameters<typeof writeReports>[2]): void {
  const folder = runFolder();
  if (folder !== undefined) writeReports(folder, JSON.stringify(key), reports);
}
