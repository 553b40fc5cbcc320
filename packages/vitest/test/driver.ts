import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { AdapterDriver, Layout } from '@reel/testkit/adapter-conformance';

const adapter = fileURLToPath(new URL('..', import.meta.url));

/** The driver for the Vitest that a package (this one, by default) resolves. */
export function vitestDriver(
  vitest: string = dirname(createRequire(import.meta.url).resolve('vitest/package.json')),
): AdapterDriver {
  return {
    runner: 'vitest',
    modules: 'esm',
    packages: { vitest, '@reel/core': join(adapter, 'node_modules/@reel/core') },
    copies: { '@reel/vitest': adapter },
    bins: { vitest: join(vitest, 'vitest.mjs') },
    files: (layout) => ({ 'vitest.config.js': configs[layout] }),
    fileName: (stem) => `${stem}.test.js`,
    prelude,
    command: (
      folder,
      { name, files = [], shard, updateSnapshots, workers = 2, bail, watch, project, args = [] },
    ) => ({
      argv: [
        join(vitest, 'vitest.mjs'),
        watch === true ? 'watch' : 'run',
        '--root',
        folder,
        `--maxWorkers=${workers}`,
        ...files.map((stem) => `${stem}.test.js`),
        ...(name === undefined ? [] : ['-t', name]),
        ...(shard === undefined ? [] : [`--shard=${shard}`]),
        ...(updateSnapshots === true ? ['-u'] : []),
        ...(bail === true ? ['--bail=1'] : []),
        ...(project === undefined ? [] : ['--project', project]),
        ...args,
      ],
    }),
    counts(output) {
      const line = /^ +Tests +(.*)$/m.exec(output)?.[1];
      if (line === undefined) throw new Error(`no counts in:\n${output}`);
      const count = (word: string): number => Number(new RegExp(`(\\d+) ${word}`).exec(line)?.[1] ?? 0);
      return {
        passed: count('passed') + count('expected fail'),
        failed: count('failed'),
        skipped: count('skipped'),
      };
    },
    watchReady: /(Waiting|Watching) for file changes/,
    missInExpectedFailure: 'passed',
    lacks: {},
  };
}

const configs: Readonly<Record<Layout, string>> = {
  plain: `import { reel } from '@reel/vitest';
export default { plugins: [reel()] };
`,
  'two-projects': `import { reel } from '@reel/vitest';
export default {
  plugins: [reel()],
  test: { projects: ['one', 'two'].map((name) => ({ extends: true, test: { name } })) },
};
`,
  'setup-missing': `import { reel } from '@reel/vitest';
export default {
  plugins: [reel()],
  test: {
    projects: [
      { extends: true, test: { name: 'with', include: ['with.test.js'] } },
      { extends: false, test: { name: 'without', include: ['without.test.js'] } },
    ],
  },
};
`,
};

function prelude(up: string): string {
  return `import assert from 'node:assert/strict';
import { afterAll, afterEach, beforeAll, beforeEach, describe, test, vi } from 'vitest';
import { useCassette } from '@reel/vitest';
import { ask } from '${up}ask.js';
const testEach = (values, title, fn) => test.each(values)(title, fn);
const testConcurrent = test.concurrent;
const testRetried = (times, title, fn) => {
  let attempt = 0;
  test(title, { retry: times }, () => fn((attempt += 1)));
};
const testRepeated = (times, title, fn) => test(title, { repeats: times }, fn);
const testFails = test.fails;
const testSkippable = (title, fn) => test(title, ({ skip }) => fn(skip));
const useFakeTimers = () => {
  // While recording Node's own fetch needs setImmediate, with or without Reel.
  vi.useFakeTimers(process.env.REEL_MODE === 'record' ? { toFake: ['setTimeout', 'Date'] } : undefined);
  return () => vi.useRealTimers();
};
const freshAsk = async () => {
  vi.resetModules();
  return (await import('${up}ask.js')).ask;
};
`;
}
