import { existsSync } from 'node:fs';
import { Module } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { ReelError } from './errors.ts';
import { checkOptions, type ReelOptions } from './options.ts';

const names = ['reel.config.ts', 'reel.config.mts', 'reel.config.js', 'reel.config.mjs', 'reel.config.json'];

/** A config file that was found, and what it says. */
export interface LoadedConfig {
  /** Absolute path; relative paths in it are relative to its folder. */
  readonly file: string;
  readonly options: ReelOptions;
}

/**
 * Finds and reads `reel.config.{ts,js,json}`: the file named by `REEL_CONFIG`, else the nearest one from `from` upwards.
 * TypeScript needs no loader: Node strips the types.
 * @returns `undefined` when there is none.
 * @throws REEL_CONFIG_UNREADABLE, REEL_UNKNOWN_OPTION, REEL_INVALID_OPTION.
 */
export function loadConfig(
  from: string,
  environment: Readonly<Record<string, string | undefined>> = process.env,
): LoadedConfig | undefined {
  const named = environment['REEL_CONFIG'];
  const file = named === undefined || named === '' ? findUpwards(resolve(from)) : resolve(from, named);
  if (file === undefined) return undefined;
  return { file, options: checkOptions(read(file), file) };
}

function findUpwards(folder: string): string | undefined {
  for (const name of names) {
    const candidate = join(folder, name);
    if (existsSync(candidate)) return candidate;
  }
  const parent = dirname(folder);
  // A repository's config does not reach into the one around it.
  if (parent === folder || existsSync(join(folder, '.git'))) return undefined;
  return findUpwards(parent);
}

function read(file: string): unknown {
  try {
    // Not `createRequire`: inside Jest's sandbox that is Jest's own, which would transform the config as it does tests.
    const loaded: unknown = new Module(file).require(file);
    return typeof loaded === 'object' && loaded !== null && 'default' in loaded ? loaded.default : loaded;
  } catch (cause) {
    const isMissing = (cause as NodeJS.ErrnoException).code === 'MODULE_NOT_FOUND' && !existsSync(file);
    throw new ReelError('REEL_CONFIG_UNREADABLE', {
      what: isMissing
        ? 'there is no such config file'
        : `the config file cannot be loaded: ${firstLine(cause)}`,
      where: file,
      fix: isMissing
        ? 'correct REEL_CONFIG or the path'
        : 'export the options as default (`export default defineConfig({ ... })`), without top-level await',
      cause,
    });
  }
}

function firstLine(error: unknown): string {
  return String((error as Error)?.message ?? error).split('\n', 1)[0]!;
}
