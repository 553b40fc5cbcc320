import { resolve } from 'node:path';
import { commands, type CommandEntry } from '../commands/index.ts';
import { createOutput, type Output } from '../output/output.ts';
import { version } from '../version.ts';
import type { ExitCode } from './command.ts';
import { commandHelp, overview } from './help.ts';
import { assertNode } from './assert-node.ts';
import { nearest } from './nearest.ts';
import { parseLine } from './parse.ts';
import { printError } from './print-error.ts';
import { createReadConfig } from './read-config.ts';
import { UsageError } from './usage-error.ts';

/** Runs one command line. Never throws: what went wrong is printed, and is in the exit code. */
export async function main(words: readonly string[]): Promise<ExitCode> {
  const out = createOutput(process.env);
  const [first, ...rest] = words;
  const name = first === 'help' ? (rest[0] ?? '--help') : first;
  switch (name) {
    case undefined:
      out.note(overview(out.paintNote));
      return 2;
    case '--help':
    case '-h':
      out.print(overview(out.paint));
      return 0;
    case '--version':
    case '-v':
      out.print(version);
      return 0;
  }
  try {
    assertNode();
    const entry = commands.find((command) => command.name === name);
    if (entry === undefined) throw unknownCommand(name);
    const words = first === 'help' ? ['--help'] : rest;
    if (entry.actions === undefined) return await runCommand(entry, words, out);
    return await runAction(entry, words, out);
  } catch (error) {
    const isJson = beforeTerminator(rest).includes('--json');
    return printError(error, {
      out,
      isJson,
      command: commands.some((command) => command.name === name) ? name : undefined,
    });
  }
}

async function runCommand(entry: CommandEntry, words: readonly string[], out: Output): Promise<ExitCode> {
  const { command } = await entry.load();
  const line = parseLine(command, words);
  if (line.values['help'] === true) {
    out.print(commandHelp(entry, command, out.paint));
    return 0;
  }
  const cwd = process.cwd();
  const { config } = line.values;
  const configFile = typeof config === 'string' ? resolve(cwd, config) : undefined;
  return await command.run({
    options: line.values as Parameters<typeof command.run>[0]['options'],
    arguments: line.arguments,
    command: line.command,
    cwd,
    env: process.env,
    json: line.values['json'] === true,
    out,
    configFile,
    readConfig: createReadConfig(cwd, process.env, configFile),
  });
}

/** `reel ci push`: a command with commands of its own. */
async function runAction(
  { name, actions = [], ...entry }: CommandEntry,
  words: readonly string[],
  out: Output,
): Promise<ExitCode> {
  const [word, ...rest] = words;
  const action = actions.find((candidate) => candidate.name === word);
  if (action !== undefined) return await runCommand({ ...action, name: `${name} ${action.name}` }, rest, out);
  if (word === undefined || word.startsWith('-')) return await runCommand({ ...entry, name }, words, out);
  const guess = nearest(
    word,
    actions.map((candidate) => candidate.name),
  );
  throw new UsageError(
    `there is no command ${JSON.stringify(`${name} ${word}`)}`,
    guess === undefined ? undefined : `did you mean ${name} ${guess}?`,
  );
}

function unknownCommand(name: string): UsageError {
  const guess = nearest(
    name,
    commands.map((command) => command.name),
  );
  return new UsageError(
    name.startsWith('-')
      ? `there is no option ${name} before a command`
      : `there is no command ${JSON.stringify(name)}`,
    guess === undefined ? undefined : `did you mean ${guess}?`,
  );
}

function beforeTerminator(words: readonly string[]): readonly string[] {
  const end = words.indexOf('--');
  return end === -1 ? words : words.slice(0, end);
}
