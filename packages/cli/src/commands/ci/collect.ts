import { resolve } from 'node:path';
import { collect } from '../../ci/artifact/collect.ts';
import { repository } from '../../ci/git.ts';
import { setOutputs } from '../../ci/outputs.ts';
import { defineCommand, type Command } from '../../frame/command.ts';
import { UsageError } from '../../frame/usage-error.ts';
import { withoutControls } from '../../output/control.ts';
import { plural } from '../../output/plural.ts';
import { findingLines } from '../check/print.ts';
import { openWorkspace } from '../shared/workspace.ts';

export const command: Command = defineCommand({
  usage: '--out <folder>',
  description:
    'Copies the cassettes that differ from the last commit, and nothing else, into a folder with a list of their hashes. Checks them first:\n' +
    'with a secret or damage nothing is written, and the exit code is 1. Sets the output changed.',
  options: { out: { type: 'string', value: 'folder', describe: 'is made; has to be empty' } },
  examples: [{ command: 'reel ci collect --out "$RUNNER_TEMP/cassettes"', describe: 'before the upload' }],
  async run(context) {
    const { options, cwd, env, json, out } = context;
    if (options.out === undefined || options.out === '')
      throw new UsageError('it has to be said where the cassettes go', 'write --out <folder>');
    const workspace = await openWorkspace(context);
    const result = await collect(workspace, repository(cwd, env), resolve(cwd, options.out));
    const { cassettes, findings, files, bytes } = result;
    setOutputs({ changed: String(files > 0) }, env);
    const isBad = cassettes.length > 0 && files === 0;
    if (json) out.json(result);
    else {
      if (findings.length > 0) out.print(findingLines(findings, out.paint).join('\n'));
      if (!isBad) for (const path of cassettes) out.print(withoutControls(path));
      out.note(
        cassettes.length === 0
          ? 'no cassette differs from the last commit: nothing was recorded anew'
          : isBad
            ? 'nothing was collected, because of what was found'
            : `${plural(cassettes.length, 'cassette')}, ${workspace.engine.formatSize(bytes)}`,
      );
    }
    return isBad ? 1 : 0;
  },
});
