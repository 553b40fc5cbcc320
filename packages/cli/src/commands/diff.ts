import type { CassetteContent } from '@reel/core/engine';
import { defineCommand, type Command } from '../frame/command.ts';
import { UsageError } from '../frame/usage-error.ts';
import { withoutControls } from '../output/control.ts';
import { plural } from '../output/plural.ts';
import { changeLines } from './diff/print.ts';
import { oneCassette } from './shared/one-cassette.ts';
import { openWorkspace } from './shared/workspace.ts';

export const command: Command = defineCommand({
  usage: '[options] <before> <after> | --rev <revision> <cassette>',
  description:
    'Calls are paired by what they ask, so a changed prompt is shown as a change of that call: which message, tool or parameter, and what\n' +
    'became of the answer. Exit code 1 when anything differs.',
  options: {
    rev: {
      type: 'string',
      describe: 'compare with the cassette as it was at a revision of git',
      value: 'revision',
    },
  },
  arguments: { min: 1, max: 2 },
  examples: [
    { command: 'reel diff --rev HEAD cassettes/chat/greets.jsonl', describe: 'what recording again changed' },
    { command: 'reel diff old.jsonl new.jsonl', describe: 'two files' },
  ],
  async run(context) {
    const { out, json, cwd, options } = context;
    const [first, second] = context.arguments;
    if (options.rev === undefined && second === undefined)
      throw new UsageError(
        'there is one cassette and nothing to compare it with',
        'name a second one, or --rev HEAD',
      );
    if (options.rev !== undefined && second !== undefined)
      throw new UsageError(
        '--rev compares one cassette with its past, and two were given',
        'leave one of them out',
      );
    const { engine, redactor } = await openWorkspace(context);
    const open = (content: CassetteContent) => engine.openCassette(content);
    const old = oneCassette(engine, first!, cwd);
    const before =
      options.rev === undefined ? engine.readCassetteFile(old) : engine.readAtRevision(options.rev, old);
    const after = engine.readCassetteFile(second === undefined ? old : oneCassette(engine, second, cwd));
    const { text: redact } = redactor();
    const comparison = engine.compareCassettes(open(before), open(after), {
      // What a recording holds must not color a terminal; the marks of this command are put in later.
      redactText: (text) => withoutControls(redact(text)),
      color: !json && out.paint.isColorSupported,
    });
    const { changes, same } = comparison;
    if (json) out.json({ before: before.where, after: after.where, same, changes });
    else if (changes.length === 0) out.print(`no difference in ${plural(same, 'interaction')}`);
    else {
      out.print(`${out.paint.red(`--- ${before.where}`)}\n${out.paint.green(`+++ ${after.where}`)}`);
      for (const change of changes) out.print(changeLines(change, out.paint).join('\n'));
      out.note(`${plural(changes.length, 'interaction')} changed, ${same} the same`);
    }
    return changes.length === 0 ? 0 : 1;
  },
});
