import { join } from 'node:path';
import type { ReelOptions } from '@reel/core';
import { assertPortable } from '@reel/core/adapter';
import type { Config } from 'jest';
import { optionsGlobal, optionsSource, projectGlobal } from './places.ts';

/** What a Jest config file may export. */
export type JestConfig = Config | (() => Config | Promise<Config>) | Promise<Config>;

/**
 * Reel for Jest: `module.exports = withReel({ ... })`. Every test gets a cassette of its own, chosen by file and name.
 *
 * Adds `@reel/jest/setup` to `setupFilesAfterEnv`, also of projects that are written in the config itself, and the reporter. A
 * project with a config file of its own needs `withReel` there. Options win over `reel.config.*`; `REEL_MODE` wins over both.
 * `jest -u` records. Functions (`match.custom`) cannot travel to workers: put them in `reel.config.*`.
 *
 * @param config as Jest takes it: an object, a promise of one, or a function that returns either
 * @throws REEL_INVALID_OPTION
 */
export function withReel(config?: Config, options?: ReelOptions): Config;
export function withReel(
  config: () => Config | Promise<Config>,
  options?: ReelOptions,
): () => Promise<Config>;
export function withReel(config: Promise<Config>, options?: ReelOptions): Promise<Config>;
export function withReel(config: JestConfig = {}, options: ReelOptions = {}): JestConfig {
  assertPortable(options, optionsSource);
  if (typeof config === 'function') return async () => complete(await config(), options);
  return 'then' in config ? config.then((it) => complete(it, options)) : complete(config, options);
}

function complete(config: Config, options: ReelOptions): Config {
  return {
    ...withSetup(config, options),
    reporters: [...(config.reporters ?? ['default']), [join(__dirname, 'reporter.cjs'), { options }]],
    ...(config.projects && {
      projects: config.projects.map((project) =>
        typeof project === 'string' ? project : withSetup(project, options),
      ) as NonNullable<Config['projects']>,
    }),
  };
}

/** First of the setup files: another one may already make calls. */
function withSetup<C extends Pick<Config, 'displayName' | 'globals' | 'setupFilesAfterEnv'>>(
  config: C,
  options: ReelOptions,
): C {
  const { displayName, globals } = config;
  const project = typeof displayName === 'object' ? displayName.name : displayName;
  return {
    ...config,
    globals: {
      ...globals,
      [optionsGlobal]: { ...options, ...(globals?.[optionsGlobal] as object) },
      ...(project !== undefined && { [projectGlobal]: project }),
    },
    setupFilesAfterEnv: [join(__dirname, 'setup.cjs'), ...(config.setupFilesAfterEnv ?? [])],
  };
}
