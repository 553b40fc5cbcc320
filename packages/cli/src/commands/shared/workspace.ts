import { dirname, resolve } from 'node:path';
import type { ReelOptions } from '@reel/core';
import type * as Engine from '@reel/core/engine';
import type { CassetteFile, Redactor } from '@reel/core/engine';
import type { CommandContext } from '../../frame/command.ts';

/** Where a command works: the folder of the config, its options, and the engine. */
export interface Workspace {
  readonly engine: typeof Engine;
  /** Absolute. The folder of the config file, else the working directory. */
  readonly base: string;
  readonly options: ReelOptions;
  /** `REEL_DIR`, else the option `dir`. */
  readonly dir: string | undefined;
  /** Of the configuration and the environment. */
  redactor(): Redactor;
  /** The cassettes that were named, else all. */
  find(paths: readonly string[]): CassetteFile[];
  /** Where {@link find} looks, for people: in the wrong folder there is nothing. */
  searched(paths: readonly string[]): string;
}

export async function openWorkspace(
  context: Pick<CommandContext, 'cwd' | 'env' | 'readConfig'>,
): Promise<Workspace> {
  const { cwd, env } = context;
  const [engine, config] = await Promise.all([import('@reel/core/engine'), context.readConfig()]);
  const base = config === undefined ? cwd : dirname(config.file);
  const options = config?.options ?? {};
  const dir = env['REEL_DIR'] || options.dir;
  const folder = dir === undefined ? undefined : resolve(base, dir);
  return {
    engine,
    base,
    options,
    dir: folder,
    redactor: () => engine.createRedactor(options.redact ?? {}, env),
    find: (paths) => engine.findCassettes({ base, from: cwd, dir, paths }),
    searched: (paths) => (paths.length > 0 ? paths.join(', ') : (folder ?? base)),
  };
}
