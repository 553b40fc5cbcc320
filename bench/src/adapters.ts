import type { AdapterDriver } from '@reel/testkit/adapter-conformance';
import { createProject } from '@reel/testkit/adapter-conformance/project';
import { newestDrivers } from '../../tools/runners/src/pairs.ts';

/** What an adapter costs a suite that makes no call. */
export interface AdapterOverhead {
  readonly runner: string;
  /** Of how many files the suite was. */
  readonly files: number;
  /** Seconds for the whole run, without and with Reel. */
  readonly bare: number;
  readonly withReel: number;
  /** Milliseconds that Reel adds to each test. */
  readonly perTest: number;
}

const tests = 1000;
/** In one file the tests count, in ten what each file costs as well: runners isolate files, and load Reel anew for each. */
const shapes = [1, 10];

/** How a suite looks that does not know of Reel, by runner. */
const plain: Readonly<Record<string, { config: Readonly<Record<string, string>>; header: string }>> = {
  vitest: { config: { 'vitest.config.js': 'export default {};' }, header: `import { test } from 'vitest';` },
  jest: { config: { 'jest.config.js': 'module.exports = { watchman: false };' }, header: '' },
  mocha: {
    config: { '.mocharc.json': '{ "ignore": ["node_modules/**"] }' },
    header: `const test = it;`,
  },
  playwright: {
    config: {
      'playwright.config.js': `import { defineConfig } from '@playwright/test';
export default defineConfig({ testDir: '.', reporter: [['list']], workers: 2 });`,
    },
    header: `import { test } from '@playwright/test';`,
  },
};

/** Whole runs of 1,000 trivial tests, in turns without and with Reel; of each the fastest, because a machine is only ever disturbed to the slower side. */
export async function measureAdapters(
  times: number,
  notes: string[],
  only: readonly string[] = [],
): Promise<AdapterOverhead[]> {
  const rows: AdapterOverhead[] = [];
  for (const driver of newestDrivers()) {
    const bare = plain[driver.runner];
    if (only.length > 0 && !only.includes(driver.runner)) continue;
    if (bare === undefined) {
      notes.push(
        `adapters: nobody said how a suite for ${driver.runner} looks without Reel (bench/src/adapters.ts)`,
      );
      continue;
    }
    try {
      for (const files of shapes) rows.push(await measureOne(driver, bare, files, times));
    } catch (error) {
      notes.push(`adapter ${driver.runner}: ${(error as Error).message.split('\n')[0]}`);
    }
  }
  return rows;
}

async function measureOne(
  driver: AdapterDriver,
  { config, header }: { config: Readonly<Record<string, string>>; header: string },
  files: number,
  times: number,
): Promise<AdapterOverhead> {
  const suite = (head: string): Record<string, string> =>
    Object.fromEntries(
      Array.from({ length: files }, (_, file) => [
        driver.fileName(`trivial-${file}`),
        `${head}\nfor (let n = 0; n < ${tests / files}; n++) test('adds up ' + n, () => { if (1 + 1 !== 2) throw new Error(); });\n`,
      ]),
    );
  await using without = await createProject(driver, { files: { ...config, ...suite(header) } });
  await using withReel = await createProject(driver, {
    files: suite(header.replace(`'@playwright/test'`, `'@reel/playwright'`)),
  });
  const seconds = { without: [] as number[], withReel: [] as number[] };
  // The first pair warms the caches of the runner and of the disk, and is not counted.
  for (let run = 0; run <= times; run++) {
    for (const [name, project] of [
      ['without', without],
      ['withReel', withReel],
    ] as const) {
      const start = performance.now();
      const { code, output, counts } = await project.run();
      const took = (performance.now() - start) / 1000;
      if (code !== 0 || counts.passed !== tests) throw new Error(`${name}: ${output.slice(-400)}`);
      if (run > 0) seconds[name].push(took);
    }
  }
  const bare = Math.min(...seconds.without);
  const reel = Math.min(...seconds.withReel);
  return {
    runner: driver.runner,
    files,
    bare,
    withReel: reel,
    perTest: ((reel - bare) * 1000) / tests,
  };
}

/** The rows of a table: runner, files, seconds bare, seconds with Reel, milliseconds a test, share. */
export function adapterRows(overheads: readonly AdapterOverhead[]): string[] {
  return overheads.map(
    ({ runner, files, bare, withReel, perTest }) =>
      `| ${runner} | ${files} | ${bare.toFixed(2)} | ${withReel.toFixed(2)} | ${perTest.toFixed(3)} | ${((withReel / bare - 1) * 100).toFixed(0)}% |`,
  );
}

// `node src/adapters.ts [runner...]`: this table alone.
if (import.meta.main) {
  const notes: string[] = [];
  console.log(adapterRows(await measureAdapters(5, notes, process.argv.slice(2))).join('\n'));
  for (const note of notes) console.error(note);
}
