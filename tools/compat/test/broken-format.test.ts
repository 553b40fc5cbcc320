import { cpSync, mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { checkScenarios } from '../src/check-scenarios.ts';
import type { Finding } from '../src/finding.ts';
import { replayExample } from '../src/replay-example.ts';
import { runProgram } from '../src/run-program.ts';
import type { Side } from '../src/side.ts';

const root = resolve(import.meta.dirname, '../../..');
const core = join(root, 'packages/core');
const workingTree: Side = { label: 'the working tree', root };

/** A copy of the core whose sources are changed, built as the real one is. */
interface Patched extends Disposable {
  readonly side: Side;
}

async function patched(
  label: string,
  edits: readonly [file: string, from: string, to: string][],
): Promise<Patched> {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'reel-compat-patched-')));
  // Where the sources of the copy look for what is two folders up.
  const copy = join(folder, 'packages/core');
  cpSync(core, copy, {
    recursive: true,
    filter: (path) => !['node_modules', 'dist', '.turbo', '.reports', 'test'].includes(basename(path)),
  });
  symlinkSync(join(core, 'node_modules'), join(copy, 'node_modules'), 'junction');
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'), 'junction');
  cpSync(join(root, 'tsconfig.base.json'), join(folder, 'tsconfig.base.json'));
  cpSync(join(root, 'docs/errors'), join(folder, 'docs/errors'), { recursive: true });
  for (const [file, from, to] of edits) {
    const path = join(copy, file);
    const text = readFileSync(path, 'utf8');
    if (!text.includes(from))
      throw new Error(`${file} has no ${from}: the break of this test has to be found anew`);
    writeFileSync(path, text.replaceAll(from, to));
  }
  const tsup = join(root, 'node_modules/tsup/dist/cli-default.js');
  const built = await runProgram(process.execPath, [tsup, '--no-dts'], { cwd: copy });
  if (built.code !== 0) throw new Error(built.output);
  return {
    side: { label, root, instead: { core: copy } },
    [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }),
  };
}

test('what the working tree records, it replays', async () => {
  const { findings, count } = await checkScenarios(workingTree, workingTree);

  expect(findings).toEqual([]);
  expect(count).toBeGreaterThan(12);
});

test('the example replays, every test of it', async () => {
  const { findings, count } = await replayExample(workingTree, workingTree);

  expect(findings).toEqual([]);
  expect(count).toBeGreaterThan(50);
});

describe('a Reel that calls the lines of streams something else', () => {
  let broken: Patched | undefined;
  let findings: readonly Finding[];
  beforeAll(async () => {
    broken = await patched('a broken format', [
      ['src/cassette/grammar.ts', "| 'chunk'", "| 'piece'"],
      ['src/cassette/grammar.ts', 'chunk: { from', 'piece: { from'],
      ['src/cassette/format.ts', '{"chunk":', '{"piece":'],
      ['src/cassette/line.ts', "chunk: ['chunk'", "chunk: ['piece'"],
    ]);
    ({ findings } = await checkScenarios(workingTree, broken.side));
  });
  afterAll(() => broken?.[Symbol.dispose]());

  test('does not read the streams of the one before', () => {
    const streams = findings.find(({ where }) => where === 'programs/streams.mjs');
    expect(streams?.what).toContain('REEL_CASSETTE_DAMAGED');
  });

  test('and reads everything else', () => {
    expect(findings.map(({ where }) => where)).not.toContain('programs/json.mjs');
  });

  test('and turns the example red', async () => {
    const example = await replayExample(workingTree, broken!.side);
    expect(example.findings.length).toBeGreaterThan(0);
    expect(example.findings[0]?.what).toContain('REEL_CASSETTE_DAMAGED');
  });
});

test('so are an option of configs that is gone, and cassettes of tests that have other names', async () => {
  using broken = await patched('a Reel that moved things', [
    ['src/options.ts', '  maxAge: v.optional(', '  longestAge: v.optional('],
    ['src/cassette/name.ts', ".join('--')", ".join('-+')"],
  ]);
  const { findings } = await checkScenarios(workingTree, broken.side);
  const what = (where: string): string | undefined =>
    findings.find((finding) => finding.where.startsWith(where))?.what;

  expect(what('configs/replaying.json')).toContain('REEL_UNKNOWN_OPTION');
  expect(what('vitest/')).toContain('REEL_CASSETTE_NOT_FOUND');
});
