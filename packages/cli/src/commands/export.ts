import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { defineCommand, type Command } from '../frame/command.ts';
import { UsageError } from '../frame/usage-error.ts';
import { openWorkspace } from './shared/workspace.ts';

const formats = ['har', 'vcrpy', 'nock'] as const;

export const command: Command = defineCommand({
  usage: '[options] <cassette or folder>... --to har|vcrpy|nock',
  description:
    'Writes cassettes as recordings of another tool, exact for what its format carries; what it does not carry is said. One cassette goes\n' +
    'to stdout unless --out names a folder. Exit code 1 when an interaction was left out.',
  options: {
    to: { type: 'string', describe: 'the format', value: 'format', choices: [...formats] },
    out: { type: 'string', describe: 'the folder the files are written to', value: 'folder' },
  },
  arguments: { min: 1, max: Infinity },
  examples: [
    {
      command: 'reel export --to har cassettes/chat/greets.jsonl > greets.har',
      describe: 'for a browser or proxy',
    },
    { command: 'reel export --to vcrpy cassettes --out tests/cassettes', describe: 'for tests in Python' },
  ],
  async run(context) {
    const { options, out, json, cwd } = context;
    const format = formats.find((name) => name === options.to);
    if (format === undefined)
      throw new UsageError('it has to be said what to export to', `write --to ${formats.join(', --to ')}`);
    const [{ exportCassette }, workspace] = await Promise.all([
      import('@reel/convert'),
      openWorkspace(context),
    ]);
    const files = workspace.find(context.arguments);
    const folder = options.out === undefined ? undefined : resolve(cwd, options.out);
    if (folder === undefined && (files.length !== 1 || json))
      throw new UsageError('several cassettes, or a report, need a folder to go to', 'write --out <folder>');
    const roots = context.arguments.map((path) => resolve(cwd, path));
    const reports = files.map((file) => {
      const content = workspace.engine.readCassetteFile(file);
      const tape = workspace.engine.openCassette(content);
      const exported = exportCassette(
        { interactions: tape.allInteractions(), recordedAt: tape.header.recordedAt },
        format,
      );
      const { text, extension, ...rest } = exported;
      if (folder === undefined) {
        out.print(text.trimEnd());
        return { file: file.where, ...rest };
      }
      const target = join(folder, `${below(file.path, roots).replace(/\.jsonl$/, '')}${extension}`);
      mkdirSync(dirname(target), { recursive: true });
      writeFileSync(target, text);
      return { file: file.where, written: relative(cwd, target), ...rest };
    });
    if (json) out.json({ files: reports });
    else
      for (const { file, exchanges, skipped, lost } of reports) {
        out.note(`${file}: ${exchanges} exported`);
        for (const { where, reason } of skipped) out.note(`  ${where} left out: ${reason}`);
        for (const { text, count } of lost) out.note(`  ${count} × ${text}`);
      }
    return reports.some(({ skipped }) => skipped.length > 0) ? 1 : 0;
  },
});

/** The path of a cassette below the folder that was named; its own name when it was named itself. */
function below(path: string, roots: readonly string[]): string {
  const root = roots.find(
    (candidate) => path.startsWith(`${candidate}/`) || path.startsWith(`${candidate}\\`),
  );
  return root === undefined ? path.split(/[/\\]/).at(-1)! : relative(root, path);
}
