import type { Output } from '../output/output.ts';
import type { ReadConfig } from './read-config.ts';

/** One option of a command. */
export interface OptionSpec {
  readonly type: 'boolean' | 'string';
  /** What it does, in one line of the help. */
  readonly describe: string;
  /** One letter: `m` for `-m`. */
  readonly short?: string;
  /** Strings only: may be given several times; the value is a list. */
  readonly multiple?: boolean;
  /** Strings only: what stands for the value in the help: `mode`, `file`. Default `value`. */
  readonly value?: string;
  /** Strings only: the values it takes; any other is refused with the nearest one named. */
  readonly choices?: readonly string[];
}

export type OptionSpecs = Readonly<Record<string, OptionSpec>>;

/** The values of options as given: `false` for a boolean that was not, `[]` for a list, `undefined` for a string. */
export type OptionValues<O extends OptionSpecs> = {
  readonly [Name in keyof O]: O[Name]['type'] extends 'boolean'
    ? boolean
    : O[Name]['multiple'] extends true
      ? readonly string[]
      : string | undefined;
};

/** What a command gets to work with. */
export interface CommandContext<O extends OptionSpecs = OptionSpecs> {
  readonly options: OptionValues<O>;
  /** What was given beside options. */
  readonly arguments: readonly string[];
  /** With {@link CommandDefinition.takesCommand}: the child's command and arguments, untouched. Never empty then. */
  readonly command: readonly string[];
  /** Absolute. */
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Whether `--json` was given: one JSON document on stdout, nothing else. */
  readonly json: boolean;
  readonly out: Output;
  /** Absolute path of `--config`, which wins over `REEL_CONFIG`. */
  readonly configFile: string | undefined;
  /** Reads `--config`, `REEL_CONFIG`, or the nearest `reel.config.*`. Loads the core, so only when it is needed. */
  readonly readConfig: ReadConfig;
}

/** 0 fine, 1 findings, 2 wrong usage or bad input; commands that run a child end with its code. */
export type ExitCode = number;

export interface CommandDefinition<O extends OptionSpecs = OptionSpecs> {
  /** What follows `reel <name>`: `[options] [file...]`. */
  readonly usage: string;
  /** A paragraph below the summary. Lines up to 100 characters. */
  readonly description?: string;
  /** Beside `--help`, `--json` and `--config`, which every command has. */
  readonly options?: O;
  /** How many arguments it takes beside options. Default: none. */
  readonly arguments?: { readonly min?: number; readonly max?: number };
  /** Everything from `--`, or from the first word that is no option, is a command to run. */
  readonly takesCommand?: boolean;
  /** At least one, as typed: `reel ls`. */
  readonly examples: readonly { readonly command: string; readonly describe: string }[];
  /** @throws ReelError or UsageError: printed without a stack, exit code 2. */
  run(context: CommandContext<O>): ExitCode | Promise<ExitCode>;
}

/** A command with its option types forgotten: what the table of commands holds. */
export type Command = Omit<CommandDefinition, 'run'> & {
  run(context: CommandContext): ExitCode | Promise<ExitCode>;
};

/** Types for a command; returns what it is given. */
export function defineCommand<const O extends OptionSpecs>(definition: CommandDefinition<O>): Command {
  // The parser makes the values from the same specs that the type of `run` was made from.
  return definition as unknown as Command;
}
