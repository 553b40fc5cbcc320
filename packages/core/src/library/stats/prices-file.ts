import { readFileSync } from 'node:fs';
import * as v from 'valibot';
import { ReelError } from '../../errors.ts';
import type { Price, PriceList } from '../../providers/prices.ts';

const amount = v.pipe(v.number(), v.finite(), v.minValue(0));

/** By model: US dollars per million tokens. */
const schema = v.record(
  v.string(),
  v.strictObject({
    input: amount,
    output: v.optional(amount, 0),
    cachedInput: v.optional(amount),
    cacheWrite: v.optional(amount),
    upTo: v.optional(amount),
  }),
);

/**
 * Reads a file of prices, which come before the built-in ones: `{ "my-model": { "input": 0.5, "output": 1.5, "cachedInput": 0.05 } }`.
 * @throws REEL_PRICES_UNREADABLE
 */
export function readPrices(file: string): PriceList {
  let json: unknown;
  try {
    json = JSON.parse(readFileSync(file, 'utf8'));
  } catch (cause) {
    const isMissing = (cause as NodeJS.ErrnoException).code === 'ENOENT';
    throw unreadable(file, isMissing ? 'there is no such file' : 'it is not JSON', cause);
  }
  // A list is an object with names, too.
  if (Array.isArray(json)) throw unreadable(file, 'it is a list');
  const result = v.safeParse(schema, json);
  if (result.success) return new Map(Object.entries(result.output) as [string, Price][]);
  const issue = result.issues[0];
  const path = issue.path?.map(({ key }) => String(key)).join('.');
  throw unreadable(file, `${path === undefined ? 'it' : JSON.stringify(path)} is wrong: ${issue.message}`);
}

function unreadable(file: string, what: string, cause?: unknown): ReelError {
  return new ReelError('REEL_PRICES_UNREADABLE', {
    what: `the prices cannot be read: ${what}`,
    where: file,
    fix: 'write { "<model>": { "input": <dollars per million tokens>, "output": <the same> } }',
    cause,
  });
}
