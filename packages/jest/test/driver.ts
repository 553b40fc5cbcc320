import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { AdapterDriver, Layout } from '@reel/testkit/adapter-conformance';

const adapter = fileURLToPath(new URL('..', import.meta.url));
const require = createRequire(import.meta.url);

/** The driver for the Jest that a package (this one, by default) resolves. */
export function jestDriver(jest: string = dirname(require.resolve('jest/package.json'))): AdapterDriver {
  const script = join(jest, 'bin/jest.js');
  return {
    runner: 'jest',
    modules: 'cjs',
    packages: { jest, '@reel/jest': adapter },
    bins: { jest: script },
    files: (layout) => ({ 'jest.config.js': configs[layout] }),
    fileName: (stem) => `${stem}.test.js`,
    prelude,
    command: (
      _folder,
      { name, files = [], shard, updateSnapshots, workers = 2, bail, watch, project, args = [] },
    ) => ({
      argv: [
        script,
        // Alone it would run everything in the main process.
        ...(workers === 1 ? ['--runInBand'] : [`--maxWorkers=${workers}`]),
        ...(watch === true ? ['--watchAll'] : []),
        ...(name === undefined ? [] : ['-t', name.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')]),
        ...(shard === undefined ? [] : [`--shard=${shard}`]),
        ...(updateSnapshots === true ? ['-u'] : []),
        ...(bail === true ? ['--bail=1'] : []),
        ...(project === undefined ? [] : ['--selectProjects', project]),
        ...args,
        ...(files.length === 0 ? [] : ['--runTestsByPath', ...files.map((stem) => `${stem}.test.js`)]),
      ],
    }),
    counts(output) {
      const line = output.match(/^Tests: +(.*)$/gm)?.at(-1);
      if (line === undefined) throw new Error(`no counts in:\n${output}`);
      const count = (word: string): number => Number(new RegExp(`(\\d+) ${word}`).exec(line)?.[1] ?? 0);
      return { passed: count('passed'), failed: count('failed'), skipped: count('skipped') };
    },
    missInExpectedFailure: 'failed',
    lacks: {
      repeats: 'a passing test is not run again',
      watch: 'it watches modules, and a cassette is none (watch.test.ts has the rest)',
      'self-skip': 'a test that runs cannot skip itself',
    },
  };
}

const configs: Readonly<Record<Layout, string>> = {
  plain: `const { withReel } = require('@reel/jest');
module.exports = withReel({ watchman: false });
`,
  'two-projects': `const { withReel } = require('@reel/jest');
module.exports = withReel({
  watchman: false,
  projects: ['one', 'two'].map((displayName) => ({ displayName })),
});
`,
  'setup-missing': `module.exports = {
  watchman: false,
  reporters: ['default', '@reel/jest/reporter'],
  projects: [
    { displayName: 'with', testMatch: ['**/with.test.js'], setupFilesAfterEnv: ['@reel/jest/setup'] },
    { displayName: 'without', testMatch: ['**/without.test.js'] },
  ],
};
`,
};

function prelude(up: string): string {
  return `const assert = require('node:assert/strict');
const { useCassette } = require('@reel/jest');
const { ask } = require('${up}ask.js');
const testEach = (values, title, fn) => test.each(values)(title, fn);
const testConcurrent = test.concurrent;
const testRetried = (times, title, fn) => {
  jest.retryTimes(times);
  let attempt = 0;
  test(title, () => fn((attempt += 1)));
};
const testFails = test.failing;
const useFakeTimers = () => {
  // While recording Node's own fetch needs setImmediate, with or without Reel.
  const others = ['hrtime', 'nextTick', 'performance', 'queueMicrotask', 'setImmediate', 'setInterval', 'clearImmediate'];
  jest.useFakeTimers(process.env.REEL_MODE === 'record' ? { doNotFake: others } : undefined);
  return () => jest.useRealTimers();
};
const freshAsk = async () => {
  jest.resetModules();
  return require('${up}ask.js').ask;
};
`;
}
