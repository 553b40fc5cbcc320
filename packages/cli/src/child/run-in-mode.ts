import { resolve } from 'node:path';
import type { CommandContext, ExitCode, OptionSpecs } from '../frame/command.ts';
import { runChild, type ChildResult } from './run-child.ts';

/** Of every command that runs a test command. */
export const childOptions = {
  'allow-in-ci': {
    type: 'boolean',
    describe: 'record although this is CI (sets REEL_ALLOW_RECORD=1)',
  },
} as const satisfies OptionSpecs;

type Context = Pick<CommandContext, 'command' | 'configFile' | 'cwd' | 'env' | 'json' | 'out'>;

export interface ModeRun {
  /** A mode or one of its aliases; `undefined` leaves it to `REEL_MODE` and the config. */
  readonly mode: string | undefined;
  /** What asked for that mode, for errors. Default: `--mode`. */
  readonly modeSource?: string;
  readonly allowInCI?: boolean;
  /** More variables for the child. */
  readonly variables?: Readonly<Record<string, string>>;
}

/**
 * Runs the command in a mode. Its exit code is ours.
 * @throws REEL_UNKNOWN_MODE and REEL_RECORDING_IN_CI, before anything runs.
 */
export async function runInMode(context: Context, run: ModeRun): Promise<ChildResult> {
  const { command, cwd, json } = context;
  const env = await environmentFor(context, run);
  return await runChild(command, { cwd, env, stdout: json ? 'stderr' : 'inherit' });
}

/** {@link runInMode}, and under `--json` a document about it: the child's own output goes to stderr then. */
export async function runAndTell(context: Context, run: ModeRun): Promise<ExitCode> {
  const { code, signal } = await runInMode(context, run);
  if (context.json) {
    context.out.json({
      command: context.command,
      mode: run.mode ?? null,
      exitCode: code,
      signal: signal ?? null,
    });
  }
  return code;
}

/** The child's environment: ours, with the mode, the config and what else the run asks for. */
export async function environmentFor(
  { configFile, env, cwd }: Pick<Context, 'configFile' | 'cwd' | 'env'>,
  { mode, modeSource = '--mode', allowInCI = false, variables = {} }: ModeRun,
): Promise<Record<string, string | undefined>> {
  const result: Record<string, string | undefined> = { ...env, ...variables };
  if (configFile !== undefined) result['REEL_CONFIG'] = configFile;
  // A relative one means a file here, wherever the child goes.
  else if (env['REEL_CONFIG']) result['REEL_CONFIG'] = resolve(cwd, env['REEL_CONFIG']);
  if (allowInCI) result['REEL_ALLOW_RECORD'] = '1';
  if (mode === undefined) return result;
  const [{ parseMode }, { assertAllowedInCI }] = await Promise.all([
    import('@reel/core'),
    import('@reel/core/adapter'),
  ]);
  const resolved = parseMode(mode, modeSource);
  assertAllowedInCI({ mode: resolved, source: modeSource }, result);
  result['REEL_MODE'] = resolved;
  return result;
}
