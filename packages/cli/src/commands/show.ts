import { defineCommand, type Command } from '../frame/command.ts';
import { UsageError } from '../frame/usage-error.ts';
import { withoutControls } from '../output/control.ts';
import { oneCassette } from './shared/one-cassette.ts';
import { openWorkspace } from './shared/workspace.ts';

export const command: Command = defineCommand({
  usage: '[options] <cassette>',
  description:
    'Who said what: system prompts, messages, tools, calls and results, streams joined, images by size, tokens, errors, cuts. The same\n' +
    'cassette gives the same text, so git can compare it: git config diff.reel.textconv "reel show --textconv"',
  options: {
    only: { type: 'string', describe: 'only these interactions: 3 or 1,4-6', value: 'numbers' },
    rev: { type: 'string', describe: 'as it was at a revision of git', value: 'revision' },
    raw: { type: 'boolean', describe: 'headers, and bodies as they are' },
    textconv: {
      type: 'boolean',
      describe: 'for git: a damaged file is shown as it is, with a line that says so',
    },
  },
  arguments: { min: 1, max: 1 },
  examples: [
    { command: 'reel show cassettes/chat/greets.jsonl', describe: 'the whole conversation' },
    {
      command: 'reel show --only 2 --raw cassettes/chat/greets.jsonl',
      describe: 'one call with its headers',
    },
  ],
  async run(context) {
    const { options, out, json, cwd } = context;
    const only = numbersOf(options.only);
    // git runs this for each side of each file, in folders of its own: no config is looked for then.
    const { engine, redactor } = await openWorkspace(
      options.textconv ? { ...context, readConfig: () => Promise.resolve(undefined) } : context,
    );
    const file = oneCassette(engine, context.arguments[0]!, cwd);
    const content =
      options.rev === undefined ? engine.readCassetteFile(file) : engine.readAtRevision(options.rev, file);
    const { text } = redactor();
    if (json) {
      out.json(JSON.parse(text(JSON.stringify(engine.readTranscript(content, { only })))));
      return 0;
    }
    const print = (lines: Iterable<string>): void => {
      for (const piece of pieces(lines)) out.print(text(withoutControls(piece)));
    };
    try {
      print(engine.transcriptLines(content, { only, raw: options.raw }));
    } catch (error) {
      if (!options.textconv) throw error;
      print(engine.damagedLines(content, error));
    }
    return 0;
  },
});

/** Lines in pieces that are written at once: one write a line would be slow, one text of a huge cassette large. */
function* pieces(lines: Iterable<string>): Generator<string> {
  let piece: string[] = [];
  let size = 0;
  for (const line of lines) {
    piece.push(line);
    size += line.length;
    if (size < 262_144) continue;
    yield piece.join('\n');
    piece = [];
    size = 0;
  }
  if (piece.length > 0) yield piece.join('\n');
}

function numbersOf(text: string | undefined): ReadonlySet<number> | undefined {
  if (text === undefined) return undefined;
  const numbers = new Set<number>();
  for (const part of text.split(',')) {
    const range = /^\s*([1-9]\d{0,6})(?:\s*-\s*([1-9]\d{0,6}))?\s*$/.exec(part);
    if (range === null)
      throw new UsageError(
        `--only takes numbers, not ${JSON.stringify(part)}`,
        'write --only 3 or --only 1,4-6',
      );
    const [first, last] = [Number(range[1]), Number(range[2] ?? range[1])];
    for (let number = first; number <= last && number - first < 100_000; number++) numbers.add(number);
  }
  return numbers;
}
