import { existsSync } from 'node:fs';
import { basename, isAbsolute, join, resolve } from 'node:path';
import type { Recorder } from '@reel/core/engine';

/**
 * The cassette of a command that was given none: `exec/` and its first words, `exec/python-agent`. The same command gives the same
 * one, from whatever folder its parts are called.
 */
export function defaultCassette(command: readonly string[]): string {
  const words = command
    .filter((word) => !word.startsWith('-'))
    .slice(0, 3)
    .map((word) => basename(word.replaceAll('\\', '/')).replace(/\.(?:exe|cmd|[cm]?[jt]s|py|rb|sh)$/i, ''));
  const slug = words
    .join('-')
    .toLowerCase()
    .replaceAll(/[^a-z0-9._]+/g, '-')
    .replaceAll(/^[-.]+|[-.]+$/g, '')
    .slice(0, 60);
  return `exec/${slug === '' ? 'command' : slug}`;
}

/** The file of a cassette that is named on a command line, as the proxy understands it. */
export function cassetteFileOf(
  { base, options }: Pick<Recorder, 'base' | 'options'>,
  cassette: string,
): string {
  if (cassette.endsWith('.jsonl') || isAbsolute(cassette)) {
    return `${resolve(base, options.dir ?? '.', cassette.replace(/\.jsonl$/i, ''))}.jsonl`;
  }
  return `${join(resolve(base, options.dir ?? 'cassettes'), cassette)}.jsonl`;
}

/** Whether there is a cassette to replay. */
export function hasCassette(recorder: Pick<Recorder, 'base' | 'options'>, cassette: string): boolean {
  return existsSync(cassetteFileOf(recorder, cassette));
}
