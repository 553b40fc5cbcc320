import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { freshnessReport } from '../../ci/freshness/report.ts';
import { bodyOf, titleOf } from '../../ci/freshness/text.ts';
import { repository } from '../../ci/git.ts';
import { addToSummary, setOutputs } from '../../ci/outputs.ts';
import { defineCommand, type Command } from '../../frame/command.ts';
import { UsageError } from '../../frame/usage-error.ts';
import { withoutControls } from '../../output/control.ts';
import { openWorkspace } from '../shared/workspace.ts';

export const command: Command = defineCommand({
  usage: '--out <file> [--rev <revision>] [--outcome <outcome>]',
  description:
    'Compares cassettes that were recorded anew with those of a revision and writes a report: drift by severity, tests that changed, size,\n' +
    'tokens and cost, secrets. Sets the output verdict: drift, notes, fresh or blind. Drift is not red here: the pull request shows it. Red are a\n' +
    'secret and tests that failed while they were recorded (1), and when nothing could be compared (2): that is not "nothing changed".',
  options: {
    out: { type: 'string', value: 'file', describe: 'where the report goes, as JSON' },
    rev: { type: 'string', value: 'revision', describe: 'default: HEAD' },
    outcome: {
      type: 'string',
      value: 'outcome',
      describe: 'of the step that recorded: success, or anything else; default: success',
    },
  },
  examples: [{ command: 'reel ci freshness --out report.json', describe: 'after recording anew' }],
  async run(context) {
    const { options, cwd, env, json, out } = context;
    if (!options.out) throw new UsageError('it has to be said where the report goes', 'write --out <file>');
    const workspace = await openWorkspace(context);
    const passed = (options.outcome || 'success') === 'success';
    const report = await freshnessReport(workspace, repository(cwd, env), options.rev || 'HEAD', passed);
    const file = resolve(cwd, options.out);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, `${JSON.stringify(report, null, 1)}\n`);
    setOutputs({ verdict: report.verdict }, env);
    addToSummary(`## ${titleOf(report)}\n\n${bodyOf(report)}`, env);
    if (json) out.json(report);
    else {
      out.print(withoutControls(bodyOf(report)));
      out.note(titleOf(report));
    }
    if (report.verdict === 'blind') return 2;
    return report.secrets > 0 || !passed ? 1 : 0;
  },
});
