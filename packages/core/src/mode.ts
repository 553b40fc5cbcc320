import { ReelError } from './errors.ts';
import { nearestName } from './nearest-name.ts';

/** What to do with traffic. The rows of the table in `docs/modes.md`. */
export type Mode = 'replay' | 'record-if-missing' | 'once' | 'record' | 'live' | 'verify';

/** A mode, or another tool's name for it. */
export type ModeName = Mode | 'none' | 'all' | 'rewrite' | 'new_episodes' | 'new-episodes' | 'auto';

const modes: readonly Mode[] = ['replay', 'record-if-missing', 'once', 'record', 'live', 'verify'];

/** Names people bring from vcrpy, Ruby VCR, Polly.js and the Python Reel. */
const aliases: ReadonlyMap<string, Mode> = new Map<ModeName, Mode>([
  ['none', 'replay'],
  ['all', 'record'],
  ['rewrite', 'record'],
  ['new_episodes', 'record-if-missing'],
  ['new-episodes', 'record-if-missing'],
  ['auto', 'record-if-missing'],
]);

/** A mode with the place it came from, for messages. */
export interface ResolvedMode {
  readonly mode: Mode;
  readonly source: string;
}

/**
 * The mode a name or an alias stands for. Case and surrounding white space do not matter.
 * @param source where the name was written (`REEL_MODE`, `reel.config.ts`), for the error.
 * @throws REEL_UNKNOWN_MODE, which lists the names.
 */
export function parseMode(name: string, source: string): Mode {
  const wanted = name.trim().toLowerCase();
  const mode = modes.find((candidate) => candidate === wanted) ?? aliases.get(wanted);
  if (mode !== undefined) return mode;
  const meant = nearestName(wanted, [...modes, ...aliases.keys()]);
  throw new ReelError('REEL_UNKNOWN_MODE', {
    what: `there is no mode ${JSON.stringify(name)}`,
    where: source,
    fix:
      meant === undefined
        ? `use one of ${modes.join(', ')} (aliases: ${[...aliases.keys()].join(', ')})`
        : `did you mean ${meant}? The modes are ${modes.join(', ')}`,
  });
}

export interface ModeSources {
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Option of the adapter or the command. */
  readonly option?: string | undefined;
  /** Where that option was written, for errors. Default: `the mode option`. */
  readonly optionSource?: string | undefined;
  /** `mode` of the config file. */
  readonly config?: string | undefined;
  /** Path of the config file, for errors. */
  readonly configFile?: string | undefined;
  /** What the runner's own state asks for, such as `-u`; below the config, above the default. */
  readonly runner?: ResolvedMode | undefined;
}

/**
 * `REEL_MODE` > adapter option > config file > the runner's own state > `replay`.
 * @throws REEL_UNKNOWN_MODE, and REEL_RECORDING_IN_CI when `CI` is set, the mode writes, and `REEL_ALLOW_RECORD` is not `1`.
 */
export function resolveMode({
  environment,
  option,
  optionSource,
  config,
  configFile = 'the config file',
  runner,
}: ModeSources): ResolvedMode {
  const resolved = firstGiven(
    [environment['REEL_MODE'], 'REEL_MODE'],
    [option, optionSource === undefined ? 'the mode option' : `mode in ${optionSource}`],
    [config, `mode in ${configFile}`],
  ) ??
    runner ?? { mode: 'replay' as const, source: 'the default' };
  assertAllowedInCI(resolved, environment);
  return resolved;
}

function firstGiven(...candidates: [value: string | undefined, source: string][]): ResolvedMode | undefined {
  for (const [value, source] of candidates) {
    if (value !== undefined && value !== '') return { mode: parseMode(value, source), source };
  }
  return undefined;
}

/** Whether a mode may change a cassette. */
export function isWriting(mode: Mode): boolean {
  return mode === 'record' || mode === 'once' || mode === 'record-if-missing';
}

/** Whether a mode may reach a provider. */
export function reachesUpstream(mode: Mode): boolean {
  return mode !== 'replay';
}

/** Whether the process runs in CI: `CI` is set to anything but an empty string, `0` or `false`. */
export function isCI(environment: Readonly<Record<string, string | undefined>>): boolean {
  const value = environment['CI'];
  return value !== undefined && value !== '' && value !== '0' && value.toLowerCase() !== 'false';
}

/** @throws REEL_RECORDING_IN_CI: a recording made by CI costs money at every push and reviews nothing. */
export function assertAllowedInCI(
  { mode, source }: ResolvedMode,
  environment: Readonly<Record<string, string | undefined>>,
): void {
  if (!isWriting(mode) || !isCI(environment) || environment['REEL_ALLOW_RECORD'] === '1') return;
  throw new ReelError('REEL_RECORDING_IN_CI', {
    what: `mode ${mode} writes cassettes, and this is CI (the variable CI is set)`,
    where: source,
    fix: 'record on a developer machine and commit the cassettes, or set REEL_ALLOW_RECORD=1 in the job that is meant to record',
  });
}
