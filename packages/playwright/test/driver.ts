import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { AdapterDriver, Layout, RunRequest } from '@reel/testkit/adapter-conformance';

const require = createRequire(import.meta.url);
const playwright = dirname(require.resolve('@playwright/test/package.json'));
const adapter = fileURLToPath(new URL('..', import.meta.url));

/** How the conformance suite speaks to Playwright. */
export const driver: AdapterDriver = {
  runner: 'playwright',
  modules: 'esm',
  packages: { '@playwright/test': playwright, '@reel/playwright': adapter },
  bins: { playwright: join(playwright, 'cli.js') },
  files: (layout) => ({ 'playwright.config.js': config(layout) }),
  fileName: (stem) => `${stem}.spec.js`,
  prelude: (up) => prelude(up, '@reel/playwright'),
  preludeWithoutSetup: (up) => prelude(up, '@playwright/test'),
  command: (_folder, run) => ({ argv: [join(playwright, 'cli.js'), 'test', ...argumentsOf(run)] }),
  counts(output) {
    const count = (word: string): number =>
      Number(new RegExp(`^ +(\\d+) ${word}`, 'm').exec(output)?.[1] ?? 0);
    const counts = {
      passed: count('passed') + count('flaky'),
      failed: count('failed'),
      skipped: count('skipped'),
    };
    if (counts.passed + counts.failed + counts.skipped === 0) throw new Error(`no counts in:\n${output}`);
    return counts;
  },
  missInExpectedFailure: 'passed',
  lacks: {
    concurrent: 'tests of one worker run one after the other',
    repeats: 'Playwright repeats whole runs (--repeat-each), which has tests of its own here',
    'same-name-twice': 'Playwright refuses a second test of the same title',
    watch: 'Playwright has no watch mode on the command line',
  },
};

function config(layout: Layout): string {
  const projects = {
    plain: '',
    'two-projects': `projects: [{ name: 'one' }, { name: 'two' }],`,
    'setup-missing': `projects: [{ name: 'with', testMatch: 'with.spec.js' }, { name: 'without', testMatch: 'without.spec.js' }],`,
  }[layout];
  return `import { defineConfig } from '@playwright/test';
import { withReel } from '@reel/playwright/config';
export default withReel(defineConfig({ testDir: '.', ${projects} reporter: [['list']], workers: 2 }));
`;
}

function prelude(up: string, from: string): string {
  const more = from === '@reel/playwright' ? ', useCassette' : '';
  return `import { test as base${more} } from '${from}';
import assert from 'node:assert/strict';
import { ask } from '${up}ask.js';
const { describe, beforeAll, afterAll, beforeEach, afterEach } = base;
const test = (title, fn) => base(title, async () => { await fn(); });
test.skip = (title, fn) => base.skip(title, async () => { await fn(); });
const testEach = (values, title, fn) => { for (const value of values) test(title.replace('%s', value), () => fn(value)); };
const testFails = (title, fn) => base.fail(title, async () => { await fn(); });
const testSkippable = (title, fn) => base(title, async () => { await fn(() => base.skip()); });
const testRetried = (times, title, fn) => base.describe(() => {
  base.describe.configure({ retries: times });
  base(title, async () => { await fn(base.info().retry + 1); });
});
const useFakeTimers = () => {
  const { setTimeout, Date } = globalThis;
  globalThis.setTimeout = () => { throw new Error('a faked timer was used'); };
  globalThis.Date = class extends Date { constructor() { super(0); } static now() { return 0; } };
  return () => { Object.assign(globalThis, { setTimeout, Date }); };
};
let fresh = 0;
const freshAsk = async () => (await import('${up}ask.js?' + ++fresh)).ask;
`;
}

function argumentsOf(run: RunRequest): string[] {
  const { name, files = [], shard, updateSnapshots, workers, bail, project, args = [] } = run;
  return [
    ...files.map((stem) => `${stem}.spec.js`),
    ...(name === undefined ? [] : ['-g', name.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')]),
    ...(shard === undefined ? [] : [`--shard=${shard}`]),
    ...(updateSnapshots === true ? ['-u'] : []),
    ...(workers === undefined ? [] : [`--workers=${workers}`]),
    ...(bail === true ? ['-x'] : []),
    ...(project === undefined ? [] : [`--project=${project}`]),
    ...args,
  ];
}
