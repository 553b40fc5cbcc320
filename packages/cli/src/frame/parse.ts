import { parseArgs } from 'node:util';
import type { Command, OptionSpec, OptionSpecs } from './command.ts';
import { nearest } from './nearest.ts';
import { UsageError } from './usage-error.ts';

/** Options that every command has. */
export const commonOptions = {
  json: { type: 'boolean', describe: 'print one JSON document instead of text' },
  config: { type: 'string', value: 'file', describe: 'config file; default: the nearest reel.config.*' },
  help: { type: 'boolean', short: 'h', describe: 'show this help' },
} as const satisfies OptionSpecs;

export interface ParsedLine {
  readonly values: Readonly<Record<string, boolean | string | readonly string[] | undefined>>;
  readonly arguments: readonly string[];
  readonly command: readonly string[];
}

/**
 * The words after `reel <name>`, read by the command's options.
 * @throws UsageError that names the option and the nearest one there is.
 */
export function parseLine(definition: Command, words: readonly string[]): ParsedLine {
  const specs: OptionSpecs = { ...definition.options, ...commonOptions };
  const { own, command } = definition.takesCommand ? splitCommand(specs, words) : { own: words, command: [] };
  const { tokens } = tokenize(specs, own);
  const values: Record<string, boolean | string | string[] | undefined> = {};
  for (const [name, { type, multiple }] of Object.entries(specs)) {
    values[name] = type === 'boolean' ? false : multiple ? [] : undefined;
  }
  const given: string[] = [];
  for (const token of tokens) {
    if (token.kind === 'positional') given.push(token.value);
    if (token.kind !== 'option') continue;
    const spec = Object.hasOwn(specs, token.name) ? specs[token.name] : undefined;
    if (spec === undefined) throw unknownOption(token.rawName, specs);
    const value = valueOf(token.rawName, spec, token.value);
    if (spec.multiple && typeof value === 'string') (values[token.name] as string[]).push(value);
    else values[token.name] = value;
  }
  if (values['help'] !== true) checkCounts(definition, given, command);
  return { values, arguments: given, command };
}

type Tokens = ReturnType<typeof tokenize>['tokens'];

function tokenize(specs: OptionSpecs, words: readonly string[]) {
  const options = Object.fromEntries(
    Object.entries(specs).map(([name, { type, short, multiple }]) => [
      name,
      { type, ...(short !== undefined && { short }), ...(multiple && { multiple }) },
    ]),
  );
  // Not strict: its messages name neither the command nor the nearest option.
  return parseArgs({ args: [...words], options, strict: false, allowPositionals: true, tokens: true });
}

/** A child's command begins after `--`; PowerShell eats that, so the first word that is no option begins one, too. */
function splitCommand(
  specs: OptionSpecs,
  words: readonly string[],
): { own: readonly string[]; command: readonly string[] } {
  const { tokens }: { tokens: Tokens } = tokenize(specs, words);
  for (const token of tokens) {
    if (token.kind === 'option-terminator') {
      return { own: words.slice(0, token.index), command: words.slice(token.index + 1) };
    }
    if (token.kind === 'positional') {
      return { own: words.slice(0, token.index), command: words.slice(token.index) };
    }
  }
  return { own: words, command: [] };
}

function unknownOption(name: string, specs: OptionSpecs): UsageError {
  const guess = nearest(name.replace(/^-+/, ''), Object.keys(specs));
  return new UsageError(
    `there is no option ${name}`,
    guess === undefined ? undefined : `did you mean --${guess}?`,
  );
}

function valueOf(name: string, spec: OptionSpec, value: string | undefined): boolean | string {
  if (spec.type === 'boolean') {
    if (value !== undefined) throw new UsageError(`${name} takes no value`, `write ${name} alone`);
    return true;
  }
  const placeholder = spec.value ?? 'value';
  if (value === undefined) throw new UsageError(`${name} needs a value`, `write ${name} <${placeholder}>`);
  // `--config --json`: what was meant as a value is hardly ever another option.
  if (/^--[a-z]/.test(value)) {
    throw new UsageError(
      `${name} needs a value, and is followed by ${value}`,
      `write ${name}=${value} if that is the value`,
    );
  }
  if (spec.choices !== undefined && !spec.choices.includes(value)) {
    const guess = nearest(value, spec.choices);
    const list = `use one of ${spec.choices.join(', ')}`;
    throw new UsageError(
      `${name} cannot be ${JSON.stringify(value)}`,
      guess === undefined ? list : `did you mean ${guess}? (${list})`,
    );
  }
  return value;
}

function checkCounts(definition: Command, given: readonly string[], command: readonly string[]): void {
  const { min = 0, max = 0 } = definition.arguments ?? {};
  if (definition.takesCommand) {
    if (command.length > 0) return;
    throw new UsageError('there is no command to run', 'write it after --, as the examples do');
  }
  if (given.length < min) {
    throw new UsageError(
      `${min} argument${min === 1 ? ' is' : 's are'} needed, and ${given.length === 0 ? 'none was' : `${given.length} were`} given`,
    );
  }
  if (given.length > max) {
    throw new UsageError(
      max === 0
        ? `it takes no arguments, and was given ${JSON.stringify(given[0])}`
        : `it takes at most ${max} argument${max === 1 ? '' : 's'}, and was given ${given.length}`,
    );
  }
}
