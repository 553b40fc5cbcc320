import { existsSync } from 'node:fs';
import { Module } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { types } from 'node:util';
import { ReelError } from './errors.ts';
import { checkOptions, type ReelOptions } from './options.ts';

const names = ['ts', 'mts', 'cts', 'js', 'mjs', 'cjs', 'json'].map((ending) => `reel.config.${ending}`);

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
    if (typeof loaded === 'object' && loaded !== null && 'default' in loaded) return loaded.default;
    if (!types.isModuleNamespaceObject(loaded)) return loaded;
  } catch (cause) {
    throw unreadable(file, cause);
  }
  throw new ReelError('REEL_CONFIG_UNREADABLE', {
    what: 'the config file has no default export',
    where: file,
    fix: 'write export default defineConfig({ ... }), with defineConfig from @reel/core',
  });
}

function unreadable(file: string, cause: unknown): ReelError {
  const { code, message, stack = '' } = cause as NodeJS.ErrnoException;
  if (code === 'MODULE_NOT_FOUND' && !existsSync(file))
    return new ReelError('REEL_CONFIG_UNREADABLE', {
      what: 'there is no such config file',
      where: file,
      fix: 'correct REEL_CONFIG or the path',
      cause,
    });
  // Some loaders begin with the file that is named below anyhow.
  const said = String(message ?? cause)
    .split('\n', 1)[0]!
    .replace(`${file}: `, '');
  // Node puts the place of an error of syntax in front of the stack, and the place where code threw in a frame.
  const place = stack.indexOf(`${file}:`);
  const line = place === -1 ? undefined : /^:(\d+)/.exec(stack.slice(place + file.length))?.[1];
  return new ReelError('REEL_CONFIG_UNREADABLE', {
    what: `the config file cannot be loaded: ${said.replace(/\.? Use import\(\).*$/, '')}`,
    where: line === undefined ? file : `${file}:${line}`,
    fix:
      remedies[code ?? ''] ??
      'correct that line; the file exports the options as default: export default defineConfig({ ... })',
    cause,
  });
}

const remedies: Readonly<Record<string, string>> = {
  ERR_REQUIRE_ASYNC_MODULE:
    'take the top-level await out; what has to be waited for belongs in a set-up file',
  ERR_MODULE_NOT_FOUND: 'install that package, or correct the import',
  MODULE_NOT_FOUND: 'install that package, or correct the import',
  ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX:
    'use only TypeScript that disappears when its types are taken out (no enum, no namespace): Node runs the file as it is',
  ERR_UNKNOWN_FILE_EXTENSION:
    'write it in JavaScript (reel.config.mjs), or run Node 22.18 or later, which takes the types out',
};
