import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';

const folder = resolve(import.meta.dirname, '../../../.github/workflows');
const root = resolve(folder, '../..');
const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  scripts: Record<string, string>;
};

interface Job {
  readonly steps: readonly {
    readonly uses?: string;
    readonly run?: string;
    readonly with?: Readonly<Record<string, unknown>>;
    readonly env?: Readonly<Record<string, string>>;
  }[];
  readonly permissions?: Readonly<Record<string, string>>;
  readonly 'timeout-minutes'?: number;
}

function read(name: string): { text: string; jobs: Readonly<Record<string, Job>>; permissions: object } {
  const text = readFileSync(join(folder, name), 'utf8');
  return { text, ...(parse(text) as { jobs: Record<string, Job>; permissions: object }) };
}

describe.each(['ci.yml', 'release.yml'])('%s', (name) => {
  const { text, jobs, permissions } = read(name);
  const steps = Object.values(jobs).flatMap((job) => job.steps);

  test('actions are pinned by commit, with the version for people', () => {
    const lines = text.split('\n').filter((line) => /\buses:/.test(line));
    expect(lines.length).toBeGreaterThan(0);
    for (const line of lines) expect(line).toMatch(/uses: [\w.-]+\/[\w./-]+@[0-9a-f]{40} # v\d+/);
  });

  test('nothing that others write is put into a command', () => {
    for (const { run = '' } of steps) expect(run).not.toContain('${{');
  });

  test('no job may write but those that say so, none runs for ever, and none keeps credentials in the clone', () => {
    expect(Object.values(permissions).every((right) => right === 'read')).toBe(true);
    for (const job of Object.values(jobs)) expect(job['timeout-minutes']).toBeGreaterThan(0);
    for (const { uses, with: options } of steps.filter(
      ({ uses }) => uses?.startsWith('actions/checkout') === true,
    ))
      expect(options, uses).toMatchObject({ 'persist-credentials': false });
  });

  test('every npm script that is called is there', () => {
    const called = steps.flatMap(({ run = '', with: options = {} }) =>
      [run, ...Object.values(options).map(String)].flatMap((line) =>
        [...line.matchAll(/npm run ([\w:-]+)/g)].map(([, script]) => script!),
      ),
    );
    for (const script of called) expect(scripts).toHaveProperty([script]);
  });
});

test('compatibility has the history it compares with, and reads the title and the body as data', () => {
  const steps = read('ci.yml').jobs['compat']?.steps ?? [];
  expect(steps.find(({ uses }) => uses?.startsWith('actions/checkout'))?.with).toMatchObject({
    'fetch-depth': 0,
  });
  expect(Object.keys(steps.find(({ run }) => run === 'npm run compat')?.env ?? {})).toEqual([
    'REEL_COMPAT_TITLE',
    'REEL_COMPAT_BODY',
    'REEL_COMPAT_REFERENCE',
  ]);
});

test('a release is tried before it is published, and is signed for', () => {
  const { steps = [], permissions } = read('release.yml').jobs['release'] ?? {};
  const order = steps.map(({ run, uses }) => run ?? uses?.split('@')[0]);
  expect(order.indexOf('npm run release:dry')).toBeGreaterThan(-1);
  expect(order.indexOf('npm run release:dry')).toBeLessThan(order.indexOf('changesets/action'));
  expect(permissions).toMatchObject({ 'id-token': 'write' });
  expect(steps.at(-1)?.env).toEqual({ NPM_CONFIG_PROVENANCE: 'true' });
});
