import { types } from 'node:util';
import * as v from 'valibot';
import type { MaxAge } from './age.ts';
import { ReelError } from './errors.ts';
import { parseHostPattern } from './interception/host-pattern.ts';
import { parseDuration } from './library/duration.ts';
import type { ModeName } from './mode.ts';
import { nearestName } from './nearest-name.ts';
import type { MatchOptions } from './matching/matcher.ts';
import type { RedactOptions } from './redaction/redactor.ts';
import type { Chunking, Timing } from './replay/reply.ts';

/**
 * Everything that can be set, in `reel.config.{ts,js,json}`, as an adapter's options, or per `useCassette` call. All of it is
 * optional; with no option at all Reel replays.
 */
export interface ReelOptions {
  /**
   * `replay` (default), `record-if-missing`, `once`, `record`, `live` or `verify`; aliases `none`, `all`, `new_episodes`, `auto`.
   * The variable `REEL_MODE` wins over it.
   */
  readonly mode?: string;
  /**
   * Root folder of the cassettes, relative to the config file or the working directory. Default: `cassettes/` beside the
   * test file (adapters) or in the working directory (`useCassette`). Set it to share cassettes between runners.
   */
  readonly dir?: string;
  /**
   * Folders whose test files are one set of tests, written for different runners: `['test/vitest', 'test/jest']`, relative as `dir` is.
   * Their names are left out of the cassettes' names, so that `test/vitest/chat.test.ts` and `test/jest/chat.test.js` share theirs. `dir` is
   * `cassettes` then, unless it is given. Default: none.
   */
  readonly testDirs?: readonly string[];
  /** Hosts to record and replay beside every non-loopback one: `127.0.0.1:4010`, `*.internal`, `https://host:8443`. */
  readonly intercept?: readonly string[];
  /** Hosts to leave alone. Wins over `intercept`. */
  readonly passthrough?: readonly string[];
  /**
   * Where recording really goes: public origin to base URL, `{ 'https://api.openai.com': 'https://gateway.internal/openai' }`. The
   * cassette keeps the public URL.
   */
  readonly upstreams?: Readonly<Record<string, string>>;
  /** How requests are compared. */
  readonly match?: MatchOptions;
  /** What is never stored. */
  readonly redact?: RedactOptions;
  /** `false` keeps ids, dates and counters as they arrived. Default `true`. */
  readonly normalize?: boolean;
  /** When replayed pieces arrive: `instant` (default), `recorded`, or `{ tokensPerSecond }`. */
  readonly timing?: Timing;
  /** How replayed bodies are cut: `event` (default, as on tape) or `{ bytes }`. */
  readonly chunking?: Chunking;
  /**
   * `keep` (default) leaves a 408, 409, 429 or 5xx that the client retried on tape; `drop` keeps only the answer that
   * followed it.
   */
  readonly retries?: 'keep' | 'drop';
  /** Recordings a passing test did not use: `ignore`, `warn` (default, in the summary) or `fail`. */
  readonly unused?: 'ignore' | 'warn' | 'fail';
  /** How old a recording may be: over `soft` the summary warns, over `hard` the test fails. Default: any age. */
  readonly maxAge?: MaxAge;
  /** How long a replayed WebSocket session waits for the next frame of its client, in milliseconds. Default 4000. */
  readonly sessionPatience?: number;
  /** Binary bodies above this many bytes become files beside the cassette. Default 65536. */
  readonly blobAbove?: number;
}

/** Types for `reel.config.ts`; returns what it is given. A mode is one of the names here, so that editors know them and typos show. */
export function defineConfig(options: ReelOptions & { readonly mode?: ModeName }): ReelOptions {
  return options;
}

const hostPattern = v.pipe(
  v.string(),
  v.check(
    (text) => parseHostPattern(text) !== undefined,
    ({ input }) =>
      `${JSON.stringify(input)} is not a host pattern; write a host, *.host, host:port or scheme://host:port`,
  ),
);

const httpUrl = v.pipe(
  v.string(),
  v.check(
    (text) => /^https?:$/.test(URL.parse(text)?.protocol ?? ''),
    ({ input }) => `${JSON.stringify(input)} is not an http(s) URL`,
  ),
);

const positive = v.pipe(v.number(), v.finite(), v.gtValue(0));

const strings = v.array(v.string());

const duration = v.pipe(
  v.string(),
  v.check(
    (text) => parseDuration(text) !== undefined,
    ({ input }) => `${JSON.stringify(input)} is not a duration; write 12h, 30d, 8w or 1y`,
  ),
);

// Not `instanceof`: a config file may have been loaded in another realm than a test sandbox's.
const regularExpression = v.custom<RegExp>((value) => types.isRegExp(value), 'it must be a RegExp');

const redactSchema = v.strictObject({
  rules: v.optional(v.record(v.string(), v.literal(false))),
  secrets: v.optional(strings),
  headers: v.optional(v.strictObject({ allow: v.optional(strings), deny: v.optional(strings) })),
  query: v.optional(strings),
  fields: v.optional(strings),
  patterns: v.optional(
    v.array(
      v.strictObject({
        id: v.string(),
        pattern: v.union([regularExpression, v.function()], 'it must be a RegExp or a function'),
        replacement: v.optional(v.string()),
      }),
    ),
  ),
  paths: v.optional(strings),
  allow: v.optional(
    v.array(
      v.strictObject({
        rule: v.string(),
        path: v.optional(v.string()),
        value: v.optional(v.string()),
        reason: v.string(),
      }),
    ),
  ),
  custom: v.optional(v.array(v.function())),
  pii: v.optional(v.union([v.boolean(), strings])),
});

const schema = v.strictObject({
  mode: v.optional(v.string()),
  dir: v.optional(v.pipe(v.string(), v.nonEmpty())),
  testDirs: v.optional(v.array(v.pipe(v.string(), v.nonEmpty()))),
  intercept: v.optional(v.array(hostPattern)),
  passthrough: v.optional(v.array(hostPattern)),
  upstreams: v.optional(v.record(httpUrl, httpUrl)),
  match: v.optional(
    v.strictObject({
      by: v.optional(v.array(v.string())),
      ignore: v.optional(v.array(v.string())),
      mask: v.optional(
        v.array(
          v.union([v.picklist(['uuid', 'iso-date', 'epoch', 'temp-path', 'port', 'hex']), regularExpression]),
        ),
      ),
      custom: v.optional(v.array(v.function())),
      repeat: v.optional(v.picklist(['never', 'last'])),
      audio: v.optional(v.picklist(['content', 'order'])),
    }),
  ),
  redact: v.optional(redactSchema),
  normalize: v.optional(v.boolean()),
  timing: v.optional(
    v.union(
      [v.picklist(['instant', 'recorded']), v.strictObject({ tokensPerSecond: positive })],
      'it takes "instant", "recorded" or { tokensPerSecond: 40 } (REEL_TIMING=40/s)',
    ),
  ),
  chunking: v.optional(
    v.union([v.literal('event'), v.strictObject({ bytes: v.pipe(positive, v.integer()) })]),
  ),
  retries: v.optional(v.picklist(['keep', 'drop'])),
  unused: v.optional(v.picklist(['ignore', 'warn', 'fail'])),
  maxAge: v.optional(v.strictObject({ soft: v.optional(duration), hard: v.optional(duration) })),
  sessionPatience: v.optional(positive),
  blobAbove: v.optional(positive),
});

/**
 * Options as given by a person, checked.
 * @param source where they were written, for errors: a file name, `reel()` in a config, a variable.
 * @throws REEL_UNKNOWN_OPTION, which suggests the nearest name, and REEL_INVALID_OPTION. Values are never printed where they
 * may hold a secret (`redact`).
 */
export function checkOptions(options: unknown, source: string): ReelOptions {
  const result = v.safeParse(schema, options ?? {});
  if (result.success) return result.output as ReelOptions;
  // A misspelt name is also a missing one: the spelling is what helps.
  const issue =
    result.issues.find(({ type, expected }) => type === 'strict_object' && expected === 'never') ??
    result.issues[0];
  const path = issue.path?.map(({ key }) => String(key)).join('.') ?? '';
  if (issue.type === 'strict_object' && issue.expected === 'never') throw unknownOption(path, source);
  // What was written under `redact` may be a secret: the place is named, not the value.
  const problem = path.startsWith('redact')
    ? issue.type === 'strict_object' && issue.expected?.startsWith('"') === true
      ? 'it is missing'
      : `it must be ${issue.expected ?? 'something else'}`
    : issue.message.startsWith('Invalid ') && issue.expected !== null
      ? `it takes ${issue.expected}, not ${issue.received}`
      : issue.message;
  throw new ReelError('REEL_INVALID_OPTION', {
    what: path === '' ? `the options are not an object` : `the option ${path} is wrong: ${problem}`,
    where: source,
    fix: 'see @reel/core/docs/configuration.md for the values it takes',
  });
}

function unknownOption(path: string, source: string): ReelError {
  const parts = path.split('.');
  const name = parts.at(-1)!;
  const nearest = nearestName(name, namesAt(parts.slice(0, -1)));
  return new ReelError('REEL_UNKNOWN_OPTION', {
    what: `there is no option ${path}`,
    where: source,
    fix:
      nearest !== undefined
        ? `did you mean ${[...parts.slice(0, -1), nearest].join('.')}?`
        : `remove it; the options are ${namesAt(parts.slice(0, -1)).join(', ')}`,
  });
}

function namesAt(path: readonly string[]): string[] {
  // The entries of a list all take the same names.
  switch (path.join('.').replace(/\.\d+$/, '')) {
    case 'match':
      return Object.keys(schema.entries.match.wrapped.entries);
    case 'redact':
      return Object.keys(redactSchema.entries);
    case 'redact.headers':
      return Object.keys(redactSchema.entries.headers.wrapped.entries);
    case 'redact.patterns':
      return Object.keys(redactSchema.entries.patterns.wrapped.item.entries);
    case 'redact.allow':
      return Object.keys(redactSchema.entries.allow.wrapped.item.entries);
    case 'timing':
      return ['tokensPerSecond'];
    case 'chunking':
      return ['bytes'];
    default:
      return Object.keys(schema.entries);
  }
}

/** The options that environment variables set, for whole processes. Checked like all others. */
export function optionsFromEnvironment(
  environment: Readonly<Record<string, string | undefined>>,
): ReelOptions {
  const list = (name: string): string[] | undefined =>
    environment[name]
      ?.split(',')
      .map((item) => item.trim())
      .filter((item) => item !== '');
  const intercept = list('REEL_INTERCEPT');
  const passthrough = list('REEL_PASSTHROUGH');
  const upstreams = list('REEL_UPSTREAMS')?.map((pair) => splitPair(pair));
  const timing = environment['REEL_TIMING'];
  return {
    ...(environment['REEL_DIR'] && { dir: environment['REEL_DIR'] }),
    ...(intercept && checkOptions({ intercept }, 'REEL_INTERCEPT')),
    ...(passthrough && checkOptions({ passthrough }, 'REEL_PASSTHROUGH')),
    ...(upstreams && checkOptions({ upstreams: Object.fromEntries(upstreams) }, 'REEL_UPSTREAMS')),
    ...(timing && checkOptions({ timing: parseTiming(timing) }, 'REEL_TIMING')),
  };
}

function splitPair(pair: string): [string, string] {
  // Both sides are URLs, and a URL's query may hold `=`: the first `=http` divides.
  const at = pair.search(/=https?:\/\//i);
  return at === -1 ? [pair, ''] : [pair.slice(0, at), pair.slice(at + 1)];
}

function parseTiming(text: string): unknown {
  const rate = /^(\d+(?:\.\d+)?)(?:\s*(?:tokens)?\/s)?$/.exec(text.trim());
  return rate === null ? text.trim() : { tokensPerSecond: Number(rate[1]) };
}

/** Later options win; lists of hosts and upstreams add up. */
export function mergeOptions(...layers: readonly (ReelOptions | undefined)[]): ReelOptions {
  return layers.reduce<ReelOptions>(
    (merged, layer) => (layer === undefined ? merged : mergeTwo(merged, layer)),
    {},
  );
}

function mergeTwo(a: ReelOptions, b: ReelOptions): ReelOptions {
  return {
    ...a,
    ...b,
    ...((a.intercept ?? b.intercept) && { intercept: [...(a.intercept ?? []), ...(b.intercept ?? [])] }),
    ...((a.passthrough ?? b.passthrough) && {
      passthrough: [...(a.passthrough ?? []), ...(b.passthrough ?? [])],
    }),
    ...((a.upstreams ?? b.upstreams) && { upstreams: { ...a.upstreams, ...b.upstreams } }),
  };
}
