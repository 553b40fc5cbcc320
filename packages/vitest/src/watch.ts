import { existsSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import type { Recorder } from '@reel/core';

/** The shape of Vitest's `watchTriggerPatterns`. */
interface Trigger {
  readonly pattern: RegExp;
  readonly testsToRun: (file: string, match: RegExpMatchArray) => string[];
}

const endings = ['test', 'spec', 'e2e'].flatMap((kind) =>
  ['ts', 'tsx', 'js', 'jsx', 'mts', 'mjs', 'cts', 'cjs'].map((extension) => `.${kind}.${extension}`),
);

/** In watch mode: editing a cassette runs its test file again. */
export function testsOfCassettes({ base, options }: Pick<Recorder, 'base' | 'options'>): Trigger {
  const { dir } = options;
  if (dir === undefined) {
    return {
      pattern: /^(.*)[\\/]cassettes[\\/]([^\\/]+)[\\/][^\\/]+\.jsonl$/,
      testsToRun: (_file, match) => candidates(join(match[1]!, match[2]!)),
    };
  }
  const root = resolve(base, dir);
  return {
    pattern: /^(.+)[\\/][^\\/]+\.jsonl$/,
    testsToRun: (_file, match) => {
      const stem = relative(root, match[1]!);
      if (stem.startsWith('..')) return [];
      return ['.', ...(options.testDirs ?? [])].flatMap((folder) => candidates(resolve(base, folder, stem)));
    },
  };
}

function candidates(stem: string): string[] {
  return endings.map((ending) => stem + ending).filter((file) => existsSync(file));
}
