import { UsageError } from '../frame/usage-error.ts';

/** `name=url` options as a record. */
export function readPairs(option: string, pairs: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    pairs.map((pair) => {
      const at = pair.indexOf('=');
      if (at > 0 && at < pair.length - 1) return [pair.slice(0, at), pair.slice(at + 1)];
      throw new UsageError(
        `--${option} takes <name>=<url>, and was given ${JSON.stringify(pair)}`,
        `write --${option} local=http://127.0.0.1:8000/v1`,
      );
    }),
  );
}
