import { commands, groups, type CommandEntry } from '../commands/index.ts';
import type { Output } from '../output/output.ts';
import type { Command, OptionSpec } from './command.ts';
import { commonOptions } from './parse.ts';

type Paint = Output['paint'];

/** What `reel --help` prints. */
export function overview(paint: Paint): string {
  const lines = [
    `${paint.bold('reel')}  records LLM API traffic once and replays it in tests`,
    '',
    `${paint.dim('usage')}  reel <command> [options]`,
  ];
  for (const [group, title] of Object.entries(groups)) {
    const rows = commands.filter((command) => command.group === group);
    if (rows.length === 0) continue;
    lines.push(
      '',
      paint.dim(title),
      ...rows.map(({ name, summary }) => `  ${paint.bold(name.padEnd(10))} ${summary}`),
    );
  }
  lines.push('', `reel <command> --help shows options and examples; reel --version the version.`);
  return lines.join('\n');
}

/** What `reel <command> --help` prints. */
export function commandHelp({ name, summary }: CommandEntry, command: Command, paint: Paint): string {
  const lines = [
    `${paint.bold(`reel ${name}`)}  ${summary}`,
    '',
    `${paint.dim('usage')}  reel ${name} ${command.usage}`,
  ];
  if (command.description !== undefined) lines.push('', command.description);
  const rows = Object.entries({ ...command.options, ...commonOptions }).map(
    ([option, spec]) => [optionLabel(option, spec), optionText(spec)] as const,
  );
  const width = Math.max(...rows.map(([label]) => label.length));
  lines.push('', paint.dim('options'), ...rows.map(([label, text]) => `  ${label.padEnd(width)}  ${text}`));
  lines.push('', paint.dim('examples'));
  for (const { command: line, describe } of command.examples)
    lines.push(`  ${paint.bold(line)}`, `      ${describe}`);
  return lines.join('\n');
}

function optionLabel(name: string, { type, short, value }: OptionSpec): string {
  const letter = short === undefined ? '    ' : `-${short}, `;
  return `${letter}--${name}${type === 'string' ? ` <${value ?? 'value'}>` : ''}`;
}

function optionText({ describe, choices, multiple }: OptionSpec): string {
  return [
    describe,
    ...(choices === undefined ? [] : [`(${choices.join(', ')})`]),
    ...(multiple ? ['(may be given several times)'] : []),
  ].join(' ');
}
