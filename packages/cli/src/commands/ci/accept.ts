import { resolve } from 'node:path';
import { inspectArtifact, takeOver } from '../../ci/artifact/accept.ts';
import { repository } from '../../ci/git.ts';
import { defineCommand, type Command } from '../../frame/command.ts';
import { UsageError } from '../../frame/usage-error.ts';
import { withoutControls } from '../../output/control.ts';
import { plural } from '../../output/plural.ts';
import { openWorkspace } from '../shared/workspace.ts';
import { folderOption, given } from './clone-options.ts';

export const command: Command = defineCommand({
  usage: '[options] <folder>',
  description:
    'Takes cassettes from a folder that reel ci collect made, perhaps in a job that ran code of somebody else. Looks at paths, links, hashes,\n' +
    'format, secrets, sizes, and that there is something on tape; one bad file, and nothing is taken (exit code 1). Reads no config of the\n' +
    'repository, unless --config names one in JSON.',
  options: {
    'check-only': { type: 'boolean', describe: 'look, and copy nothing' },
    folder: folderOption,
    'max-size': {
      type: 'string',
      value: 'size',
      describe: 'largest size of a cassette with its blobs; default: 10MB',
    },
  },
  arguments: { min: 1, max: 1 },
  examples: [
    { command: 'reel ci accept downloads/reel-cassettes', describe: 'takes an artifact into this clone' },
    { command: 'reel ci accept --check-only downloads/reel-cassettes', describe: 'only looks' },
  ],
  async run(context) {
    const { options, cwd, env, json, out, configFile } = context;
    if (configFile !== undefined && !configFile.endsWith('.json'))
      throw new UsageError(
        `${configFile} is code, and would run where there is a right to push`,
        'name a config in JSON, with redact.allow alone',
      );
    const { engine, redactor } = await openWorkspace(
      configFile === undefined ? { cwd, env, readConfig: () => Promise.resolve(undefined) } : context,
    );
    const artifact = resolve(cwd, context.arguments[0]!);
    const { known, allow } = redactor();
    const accepted = await inspectArtifact({
      engine,
      artifact,
      folders: given(options.folder),
      maxSize: sizeOf(options['max-size'] || '10MB', engine.parseSize),
      known,
      allow,
    });
    const refusals = [...accepted.refusals];
    const isDry = options['check-only'];
    if (refusals.length === 0 && !isDry)
      refusals.push(...takeOver(accepted, artifact, repository(cwd, env).folder));
    if (json) out.json({ ...accepted, refusals, taken: refusals.length === 0 && !isDry });
    else {
      for (const { where, why } of refusals)
        out.print(`${out.paint.red('refused')}  ${withoutControls(where)}: ${withoutControls(why)}`);
      for (const { where, why } of accepted.notes)
        out.print(`${out.paint.yellow('note')}  ${withoutControls(where)}: ${withoutControls(why)}`);
      const { cassettes, interactions, bytes, commit } = accepted;
      out.note(
        refusals.length > 0
          ? 'nothing was taken'
          : `${plural(cassettes.length, 'cassette')} with ${plural(interactions, 'recording')}, ${engine.formatSize(bytes)}, recorded at ${commit.slice(0, 10)}: ${isDry ? 'good' : 'taken'}`,
      );
    }
    return refusals.length > 0 ? 1 : 0;
  },
});

function sizeOf(text: string, parse: (text: string) => number | undefined): number {
  const size = parse(text);
  if (size !== undefined) return size;
  throw new UsageError(
    `--max-size takes a size, not ${JSON.stringify(text)}`,
    'write --max-size 500kB or 10MB',
  );
}
