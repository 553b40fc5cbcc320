import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { AdapterDriver } from '@reel/testkit/adapter-conformance';

const adapter = fileURLToPath(new URL('..', import.meta.url));
const require = createRequire(import.meta.url);

/** How the project is set up, beyond what every one is. */
export interface MochaProject {
  /** Default: the Mocha that this package has. */
  readonly mocha?: string;
  readonly modules?: 'esm' | 'cjs';
  readonly parallel?: boolean;
}

export function mochaDriver({
  mocha = dirname(require.resolve('mocha/package.json')),
  modules = 'cjs',
  parallel = false,
}: MochaProject = {}): AdapterDriver {
  const script = join(mocha, 'bin/mocha.js');
  return {
    runner: 'mocha',
    modules,
    packages: { mocha, '@reel/mocha': adapter },
    bins: { mocha: script },
    files: () => ({
      '.mocharc.json': JSON.stringify({
        require: ['@reel/mocha'],
        ignore: ['node_modules/**'],
        ...(parallel && { parallel }),
      }),
    }),
    fileName: (stem) => `${stem}.test.js`,
    prelude: (up) => (modules === 'esm' ? esmPrelude(up) : cjsPrelude(up)),
    command: (_folder, { name, files = [], workers = 2, bail, watch, args = [] }) => ({
      argv: [
        script,
        ...(parallel ? ['--parallel', `--jobs=${workers}`] : []),
        ...(name === undefined ? [] : ['--fgrep', name]),
        ...(bail === true ? ['--bail'] : []),
        ...(watch === true ? ['--watch', '--watch-files', '**/*.js,cassettes/**/*.jsonl'] : []),
        ...args,
        ...(files.length === 0 ? ['./**/*.test.js'] : files.map((stem) => `${stem}.test.js`)),
      ],
    }),
    counts(output) {
      const count = (word: string): number =>
        Number(
          output
            .match(new RegExp(`^ +(\\d+) ${word}\\b`, 'gm'))
            ?.at(-1)
            ?.match(/\d+/)?.[0] ?? 0,
        );
      if (!/^ +\d+ passing/m.test(output)) throw new Error(`no counts in:\n${output}`);
      return { passed: count('passing'), failed: count('failing'), skipped: count('pending') };
    },
    lacks: {
      concurrent: 'it runs one test at a time',
      repeats: 'a passing test is not run again',
      'expected-failure': 'there is no test that has to fail',
      'fake-timers': 'it has none; those of a library are tested in mocha-ways.test.ts',
      shards: 'it has none',
      'update-snapshots': 'it has no snapshots',
      projects: 'it has none',
      'setup-missing': 'what is required holds for all files',
      ...(modules === 'esm' && { 'module-resets': 'an ES module cannot be loaded anew' }),
      watch: 'it runs everything again at every change (mocha-ways.test.ts)',
      ...(!parallel && {
        'file-hooks': 'a hook at the top of a file is for the tests of all files (mocha-ways.test.ts)',
      }),
      ...(!parallel && { workers: 'this driver runs serially' }),
    },
  };
}

const shared = `
const beforeAll = before;
const afterAll = after;
// A hook at the top of a file is for the tests of all files, unless each file has a process of its own.
const ofThisFile = (add) => (fn) => {
  add(function () { return this.currentTest.file === thisFile ? fn() : undefined; });
};
const beforeEach = ofThisFile(globalThis.beforeEach);
const afterEach = ofThisFile(globalThis.afterEach);
const test = Object.assign((title, fn) => it(title, fn), { skip: it.skip });
const testEach = (values, title, fn) => {
  for (const value of values) it(title.replace('%s', String(value)), () => fn(value));
};
const testRetried = (times, title, fn) => {
  let attempt = 0;
  it(title, () => fn((attempt += 1))).retries(times);
};
const testSkippable = (title, fn) => it(title, function () { return fn(() => this.skip()); });
`;

function cjsPrelude(up: string): string {
  return `const assert = require('node:assert/strict');
const { useCassette } = require('@reel/mocha');
const { ask } = require('${up}ask.js');
const thisFile = __filename;
const freshAsk = async () => {
  delete require.cache[require.resolve('${up}ask.js')];
  return require('${up}ask.js').ask;
};
${shared}`;
}

function esmPrelude(up: string): string {
  return `import assert from 'node:assert/strict';
import { useCassette } from '@reel/mocha';
import { ask } from '${up}ask.js';
const thisFile = import.meta.filename;
${shared}`;
}
