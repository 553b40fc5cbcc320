import type { CheckResult } from '@reel/core/engine';
import { defineCommand, type Command } from '../frame/command.ts';
import { UsageError } from '../frame/usage-error.ts';
import { findingLines, summaryLine } from './check/print.ts';
import { openWorkspace } from './shared/workspace.ts';

export const command: Command = defineCommand({
  usage: '[options] [file or folder...]',
  description:
    'Looks for damage, conflict markers, Git LFS pointers, secrets, unfinished interactions, streams without the last event of their\n' +
    'provider, files that are too large, journals and locks that were left, and blobs that nothing refers to. Never prints a secret.\n' +
    'What was clean and has not changed since is not read again. Exit code 1 on a finding; notes do not count.',
  options: {
    staged: { type: 'boolean', describe: 'what is staged in git, as it is staged: for a pre-commit hook' },
    'max-size': {
      type: 'string',
      describe: 'largest size of a cassette with its blobs: 500kB, 2MB',
      value: 'size',
    },
    fingerprints: {
      type: 'boolean',
      describe: 'name the values found by a hash, for entries of redact.allow',
    },
    'no-cache': { type: 'boolean', describe: 'read everything, and remember nothing' },
  },
  arguments: { max: Infinity },
  examples: [
    { command: 'reel check', describe: 'all cassettes, in CI' },
    { command: 'reel check --staged', describe: 'in a pre-commit hook' },
    { command: 'reel check --max-size 500kB cassettes/chat', describe: 'one folder, with a budget' },
  ],
  async run(context) {
    const { options, out, json, cwd } = context;
    if (options.staged && context.arguments.length > 0)
      throw new UsageError('--staged checks what is staged, and files were named', 'leave one of them out');
    const { engine, base, dir, redactor, searched } = await openWorkspace(context);
    const maxSize = sizeOf(options['max-size'], engine.parseSize);
    const { known, allow } = redactor();
    let bar: ReturnType<typeof out.progress> | undefined;
    let result: CheckResult;
    try {
      result = await engine.check({
        base,
        from: cwd,
        dir,
        paths: context.arguments,
        staged: options.staged,
        known,
        allow,
        maxSize,
        fingerprints: options.fingerprints,
        // An entry of the cache has no fingerprints to tell.
        cache: !options['no-cache'] && !options.fingerprints,
        onStart: (files) => (bar = out.progress('checking', files)),
        onProgress: () => bar?.step(),
      });
    } finally {
      bar?.done();
    }
    const errors = result.findings.filter(({ severity }) => severity === 'error');
    if (json)
      out.json({
        files: result.files,
        unchanged: result.unchanged,
        errors: errors.length,
        findings: result.findings,
      });
    else {
      if (result.findings.length > 0) out.print(findingLines(result.findings, out.paint).join('\n'));
      out.note(
        summaryLine(
          result,
          errors.length,
          out.paintNote,
          options.staged ? undefined : searched(context.arguments),
        ),
      );
    }
    return errors.length > 0 ? 1 : 0;
  },
});

function sizeOf(text: string | undefined, parse: (text: string) => number | undefined): number | undefined {
  if (text === undefined) return undefined;
  const size = parse(text);
  if (size === undefined)
    throw new UsageError(
      `--max-size takes a size, not ${JSON.stringify(text)}`,
      'write --max-size 500kB or 2MB',
    );
  return size;
}
