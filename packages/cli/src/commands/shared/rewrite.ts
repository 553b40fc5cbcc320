import type { RewriteKind, RewrittenCassette } from '@reel/core/engine';
import type { CommandContext, ExitCode } from '../../frame/command.ts';
import { withoutControls } from '../../output/control.ts';
import { plural } from '../../output/plural.ts';
import { problemLine, problemOf } from './problem.ts';
import { openWorkspace, type Workspace } from './workspace.ts';

/** `normalize`, `redact` and `upgrade`: the same walk with other rules. */
export async function rewriteAll(
  context: Pick<CommandContext, 'arguments' | 'cwd' | 'env' | 'json' | 'out' | 'readConfig'>,
  kind: RewriteKind,
  dryRun: boolean,
  before: (workspace: Workspace) => void = () => {},
): Promise<ExitCode> {
  const { out, json } = context;
  const workspace = await openWorkspace(context);
  before(workspace);
  const { engine, find, options } = workspace;
  const redactor = workspace.redactor();
  const files = find(context.arguments);
  const bar = out.progress(dryRun ? 'reading' : 'rewriting', files.length);
  const results: RewrittenCassette[] = [];
  try {
    for (const file of files) {
      results.push(engine.rewriteCassette(file, kind, { redactor, dryRun, blobAbove: options.blobAbove }));
      bar.step();
    }
  } finally {
    bar.done();
  }
  const changed = results.filter((result) => result.changed);
  const failed = results.filter(({ problem, left }) => problem !== undefined || left > 0);
  if (json) out.json(asJson(results, dryRun));
  else {
    const lines = results.flatMap((result) => linesOf(result, out.paint.red, out.paint.bold));
    if (lines.length > 0) out.print(lines.join('\n'));
    const verb = dryRun ? 'would change' : 'changed';
    out.note(
      files.length === 0
        ? `no cassettes found below ${workspace.searched(context.arguments)}`
        : `${changed.length} of ${plural(files.length, 'cassette')} ${verb}${failed.length > 0 ? `, ${failed.length} ${failed.length === 1 ? 'needs' : 'need'} a look` : ''}`,
    );
  }
  return failed.length > 0 || (dryRun && changed.length > 0) ? 1 : 0;
}

function asJson(results: readonly RewrittenCassette[], dryRun: boolean): unknown {
  return {
    dryRun,
    cassettes: results.map(({ where, changed, changes, left, problem }) => ({
      file: where,
      changed,
      changes,
      ...(left > 0 && { secretsLeft: left }),
      ...(problem !== undefined && { problem: problemOf(problem) }),
    })),
  };
}

function linesOf(
  { where, changed, changes, left, problem }: RewrittenCassette,
  red: (text: string) => string,
  bold: (text: string) => string,
): string[] {
  if (!changed && left === 0 && problem === undefined) return [];
  const lines = [bold(withoutControls(where)), ...changes.map((change) => `  ${withoutControls(change)}`)];
  if (left > 0)
    lines.push(
      red(
        `  ${plural(left, 'place')} still look${left === 1 ? 's' : ''} like a secret: reel check says where`,
      ),
    );
  if (problem !== undefined) {
    lines.push(red(`  ${problemLine(problem)}`));
    if (problem.code === 'REEL_SECRET_FOUND') lines.push('  run reel redact first');
  }
  return lines;
}
