import { dirname, isAbsolute, join, relative, resolve } from 'node:path';
import { cassetteName } from './cassette/name.ts';
import type { CassetteStore } from './cassette/store.ts';
import { loadConfig } from './config.ts';
import { resolveMode, type ResolvedMode } from './mode.ts';
import { assertNodeVersion } from './node-version.ts';
import { checkOptions, mergeOptions, optionsFromEnvironment, type ReelOptions } from './options.ts';
import { createRecorder, type Recorder } from './recorder.ts';

export interface SessionInit {
  /** Where the search for `reel.config.*` begins. Default: the working directory. */
  readonly from?: string;
  /** Options of the adapter or the call; checked here. */
  readonly options?: ReelOptions | undefined;
  /** Where those options were written, for errors. */
  readonly optionsSource?: string;
  /** What the runner's own state asks for, such as `-u`. */
  readonly runnerMode?: ResolvedMode | undefined;
  readonly environment?: Record<string, string | undefined>;
}

/**
 * A recorder from everything that was set: config file, adapter options, environment, the runner's state. Does not start it.
 * @throws every error of the configuration: unknown mode or option, unreadable config, recording in CI. On a Node that is too old,
 * REEL_RUNNER_UNSUPPORTED.
 */
export function createSession({
  from = process.cwd(),
  options,
  optionsSource = 'the options',
  runnerMode,
  environment = process.env,
}: SessionInit = {}): Recorder {
  assertNodeVersion();
  const config = loadConfig(from, environment);
  const given = options === undefined ? undefined : checkOptions(options, optionsSource);
  const mode = resolveMode({
    environment,
    option: given?.mode,
    optionSource: optionsSource,
    config: config?.options.mode,
    configFile: config?.file,
    runner: runnerMode,
  });
  return createRecorder({
    mode,
    options: mergeOptions(config?.options, given, optionsFromEnvironment(environment)),
    environment,
    base: config === undefined ? resolve(from) : dirname(config.file),
  });
}

/**
 * A recorder like another one, with some options set differently: for code inside a scope. The mode is the parent's unless an
 * option names one and `REEL_MODE` does not.
 */
export function createNestedSession(parent: Recorder, options: ReelOptions, optionsSource: string): Recorder {
  const given = checkOptions(options, optionsSource);
  const mode =
    given.mode === undefined
      ? parent.mode
      : resolveMode({
          environment: parent.environment,
          option: given.mode,
          optionSource: optionsSource,
        });
  return createRecorder({
    mode,
    options: mergeOptions(parent.options, given),
    environment: parent.environment,
    base: parent.base,
  });
}

/** A test as its runner names it. */
export interface TestIdentity {
  /** Absolute path of the test file. */
  readonly file: string;
  /** Names of the describe blocks and of the test, outermost first. Empty for the hooks of the file. */
  readonly titlePath: readonly string[];
  /** 2 for the second test of the same full name in the file, in collection order. Default 1. */
  readonly ordinal?: number;
}

/**
 * The cassette of a test: `cassettes/` beside the test file, or the `dir` option, and in it the name made of file and
 * titles.
 */
export function cassetteOf(
  recorder: Pick<Recorder, 'base' | 'options' | 'storeAt'>,
  { file, titlePath, ordinal = 1 }: TestIdentity,
): {
  store: CassetteStore;
  cassette: string;
} {
  const { dir, testDirs } = recorder.options;
  if (dir === undefined && testDirs === undefined) {
    return {
      store: recorder.storeAt(join(dirname(file), 'cassettes')),
      cassette: cassetteName({ file, titlePath, ordinal }),
    };
  }
  // One folder for all test files: their own folders are part of the name, or a/chat.test.ts and b/chat.test.ts would share one.
  const path = innermostPath(
    [recorder.base, ...(testDirs ?? []).map((it) => resolve(recorder.base, it))],
    file,
  );
  return {
    store: recorder.storeAt(resolve(recorder.base, dir ?? 'cassettes')),
    cassette: cassetteName({ file: path ?? file, titlePath, ordinal }),
  };
}

/** The path of a file from the innermost of the folders that hold it; `undefined` when none does. */
function innermostPath(folders: readonly string[], file: string): string | undefined {
  return folders
    .map((folder) => relative(folder, file))
    .filter((path) => !/^\.\.(?:[\\/]|$)/.test(path) && !isAbsolute(path))
    .toSorted((a, b) => a.length - b.length)[0];
}

/** A command with a variable set, as the shell of this platform takes it. */
export function withMode(
  mode: string,
  command: string,
  platform: NodeJS.Platform = process.platform,
): string {
  return platform === 'win32' ? `set "REEL_MODE=${mode}" && ${command}` : `REEL_MODE=${mode} ${command}`;
}
