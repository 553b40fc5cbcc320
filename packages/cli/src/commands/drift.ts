import { defineCommand, type Command } from '../frame/command.ts';
import { UsageError } from '../frame/usage-error.ts';
import { withoutControls } from '../output/control.ts';
import { plural } from '../output/plural.ts';
import { openWorkspace } from './shared/workspace.ts';

export const command: Command = defineCommand({
  usage: '[options] <old> <new> | --rev <revision> [file or folder...]',
  description:
    'Compares the answers of two recordings by their shape, endpoint by endpoint, streams event by event: a field that is gone or has\n' +
    'another type is an error (exit code 1), a new field a note. Values do not count. Files, folders, or the past of either in git.',
  options: {
    rev: {
      type: 'string',
      describe: 'compare with the same cassettes at a revision of git',
      value: 'revision',
    },
  },
  arguments: { max: Infinity },
  examples: [
    { command: 'reel drift --rev main', describe: 'after recording anew: what the providers changed' },
    { command: 'reel drift recorded-in-may recorded-in-june', describe: 'two folders' },
  ],
  async run(context) {
    const { options, out, json, cwd } = context;
    const { rev } = options;
    const [first, second, ...others] = context.arguments;
    if (rev === undefined && (first === undefined || second === undefined || others.length > 0))
      throw new UsageError(
        'it compares an old recording with a new one',
        'name two files or folders, or --rev main',
      );
    const workspace = await openWorkspace(context);
    const { engine, base, dir } = workspace;
    const { recordings } = await import('./drift/recordings.ts');
    const sides =
      rev === undefined
        ? recordings.ofTwo(workspace, cwd, first!, second!)
        : recordings.ofRevision(workspace, cwd, rev, context.arguments, dir ?? base);
    const total = sides.old.size + sides.now.size;
    const bar = out.progress('comparing', total);
    let report;
    try {
      report = engine.compareRecordings(sides.old.read(bar), sides.now.read(bar));
    } finally {
      bar.done();
    }
    const problems = [...sides.old.problems, ...sides.now.problems];
    const { text } = workspace.redactor();
    const errors = report.findings.filter(({ severity }) => severity === 'error').length;
    if (json) out.json({ errors, compared: report.compared, findings: report.findings, problems });
    else {
      for (const [endpoint, findings] of Map.groupBy(report.findings, (finding) => finding.endpoint)) {
        out.print(out.paint.bold(withoutControls(text(endpoint))));
        for (const finding of findings) {
          const label = finding.severity === 'error' ? out.paint.red('error') : out.paint.yellow('note ');
          out.print(`  ${label}  ${withoutControls(text(engine.describeFinding(finding)))}`);
        }
      }
      for (const problem of problems)
        out.print(out.paint.red(withoutControls(`${problem.file}: ${problem.what} (${problem.code})`)));
      out.note(
        `${plural(report.compared.length, 'endpoint')} compared, ${plural(errors, 'error')}, ${plural(report.findings.length - errors, 'note')}`,
      );
    }
    if (report.compared.length === 0) {
      if (!json) out.note('nothing could be compared: no endpoint has answers on both sides');
      return 2;
    }
    return errors > 0 || problems.length > 0 ? 1 : 0;
  },
});
