import type { CassetteOutline, UnreadableCassette } from '@reel/core/engine';
import { defineCommand, type Command } from '../frame/command.ts';
import { plural } from '../output/plural.ts';
import { asJson, asTable } from './ls/print.ts';
import { openWorkspace } from './shared/workspace.ts';

export const command: Command = defineCommand({
  usage: '[options] [file or folder...]',
  description:
    'Without arguments, lists all cassettes below the folder of the config, or the working directory: those in folders called cassettes,\n' +
    'or in the folder that the option dir names. Unreadable cassettes are listed, too, and make the exit code 1.',
  options: {
    provider: { type: 'string', describe: 'only cassettes that ask this provider', value: 'name' },
    model: {
      type: 'string',
      describe: 'only cassettes that ask this model; a part of its name will do',
      value: 'name',
    },
    path: { type: 'string', describe: 'only cassettes whose path has this text in it', value: 'text' },
    sort: {
      type: 'string',
      describe: 'largest, oldest or fullest first',
      value: 'by',
      choices: ['path', 'size', 'age', 'interactions'],
    },
  },
  arguments: { max: Infinity },
  examples: [
    { command: 'reel ls', describe: 'all cassettes' },
    {
      command: 'reel ls --model gpt-4o --sort size',
      describe: 'those that ask one family of models, largest first',
    },
  ],
  async run(context) {
    const { options, out, json } = context;
    const { engine, find, searched } = await openWorkspace(context);
    const files = find(context.arguments);
    const bar = out.progress('listing', files.length);
    let outlines: (CassetteOutline | UnreadableCassette)[];
    try {
      const { provider, model, path, sort } = options;
      outlines = engine.listCassettes(files, {
        provider,
        model,
        path,
        sort: sort as 'path' | undefined,
        onProgress: () => bar.step(),
      });
    } finally {
      bar.done();
    }
    const bad = outlines.filter((outline) => engine.isUnreadable(outline));
    if (json) out.json(asJson(outlines));
    else if (outlines.length === 0)
      out.note(
        files.length === 0
          ? `no cassettes found below ${searched(context.arguments)}`
          : 'no cassette is like that',
      );
    else {
      out.print(asTable(outlines, engine, out.paint, Date.now()).join('\n'));
      const bytes = outlines.reduce((sum, outline) => sum + ('bytes' in outline ? outline.bytes : 0), 0);
      out.note(`${plural(outlines.length, 'cassette')}, ${engine.formatSize(bytes)}`);
    }
    return bad.length > 0 ? 1 : 0;
  },
});
