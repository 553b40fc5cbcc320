import type { Config } from 'jest';
import { expect, test } from 'vitest';
import { withReel } from './with-reel.ts';

test('adds the setup first and the reporter last, and keeps what is there', () => {
  const {
    setupFilesAfterEnv = [],
    reporters = [],
    globals,
    ...rest
  } = withReel(
    { verbose: true, setupFilesAfterEnv: ['./own.js'], reporters: ['summary'], globals: { other: 1 } },
    { dir: 'tapes' },
  );

  expect(setupFilesAfterEnv).toEqual([expect.stringMatching(/setup\.cjs$/), './own.js']);
  expect(reporters).toEqual([
    'summary',
    [expect.stringMatching(/reporter\.cjs$/), { options: { dir: 'tapes' } }],
  ]);
  expect(globals).toEqual({ other: 1, reel: { dir: 'tapes' } });
  expect(rest).toEqual({ verbose: true });
});

test('takes nothing, functions and promises', async () => {
  const wanted = expect.objectContaining({ reporters: ['default', expect.anything()] });
  expect(withReel()).toEqual(wanted);
  expect(await withReel(() => ({}))()).toEqual(wanted);
  expect(await withReel(async () => ({}))()).toEqual(wanted);
  expect(await withReel(Promise.resolve({}))).toEqual(wanted);
});

test('sets up the projects of the config with their names, and leaves those elsewhere to themselves', () => {
  const { projects = [] } = withReel({
    projects: ['packages/*', { displayName: 'node' }, { displayName: { name: 'page', color: 'blue' } }, {}],
  });

  const names = projects.map((it) =>
    typeof it === 'string' ? it : ((it.globals as { reelProject?: string } | undefined)?.reelProject ?? null),
  );
  expect(names).toEqual(['packages/*', 'node', 'page', null]);
  const inline = projects.filter((it): it is Exclude<typeof it, string> => typeof it !== 'string');
  for (const { setupFilesAfterEnv } of inline)
    expect(setupFilesAfterEnv).toEqual([expect.stringMatching(/setup\.cjs$/)]);
});

test('refuses options that cannot travel to workers', () => {
  const config: Config = {};
  expect(() => withReel(config, { match: { custom: [() => true] } })).toThrow('REEL_INVALID_OPTION');
});
