import { defineCommand, type Command } from '../frame/command.ts';
import { UsageError } from '../frame/usage-error.ts';
import { plural } from '../output/plural.ts';
import { tableLines } from '../output/table.ts';
import { withoutControls } from '../output/control.ts';
import { problemLine, problemOf } from './shared/problem.ts';
import { openWorkspace } from './shared/workspace.ts';

export const command: Command = defineCommand({
  usage: '--max-age <age> [options] [file or folder...]',
  description:
    'Providers change, and a recording does not. The age is what the cassette says itself, not the time of the file. Past --max-age is a\n' +
    'warning (exit code 0), past --hard an error (exit code 1).',
  options: {
    'max-age': { type: 'string', describe: 'age that is worth a warning: 30d, 12h, 8w, 1y', value: 'age' },
    hard: { type: 'string', describe: 'age that fails', value: 'age' },
  },
  arguments: { max: Infinity },
  examples: [
    { command: 'reel stale --max-age 30d --hard 90d', describe: 'weekly in CI' },
    { command: 'reel stale --max-age 1y cassettes/chat', describe: 'one folder' },
  ],
  async run(context) {
    const { options, out, json } = context;
    if (options['max-age'] === undefined)
      throw new UsageError('it has to be said what is old', 'write --max-age 30d');
    const { engine, find, searched } = await openWorkspace(context);
    const age = (name: 'max-age' | 'hard'): number | undefined => {
      const text = options[name];
      const parsed = text === undefined ? undefined : engine.parseDuration(text);
      if (text !== undefined && parsed === undefined)
        throw new UsageError(
          `--${name} takes an age, not ${JSON.stringify(text)}`,
          `write --${name} 30d (s, m, h, d, w, y)`,
        );
      return parsed;
    };
    const maxAge = age('max-age')!;
    const hard = age('hard');
    if (hard !== undefined && hard < maxAge)
      throw new UsageError('--hard is less than --max-age, so nothing would ever be a warning', 'swap them');
    const files = find(context.arguments);
    const bar = out.progress('reading', files.length);
    let found;
    try {
      found = engine.staleCassettes(files, { maxAge, hard, onProgress: () => bar.step() });
    } finally {
      bar.done();
    }
    const { stale, unreadable } = found;
    const errors = stale.filter(({ severity }) => severity === 'error').length;
    if (json) {
      out.json({
        cassettes: files.length,
        stale: stale.map(({ where, age, ...rest }) => ({
          file: where,
          ageInDays: Math.floor(age / 86_400_000),
          ...rest,
        })),
        unreadable: unreadable.map(({ where, problem }) => ({ file: where, problem: problemOf(problem) })),
      });
    } else {
      if (stale.length > 0) {
        const [titles, ...rows] = tableLines(
          [
            { title: 'age', align: 'right' },
            { title: 'recorded' },
            { title: 'cassette' },
            { title: 'provider' },
          ],
          stale.map(({ where, age, recordedAt, providers }) => [
            engine.formatAge(age),
            recordedAt.slice(0, 10),
            withoutControls(where),
            providers.join(', '),
          ]),
        );
        out.print(out.paint.bold(titles!));
        rows.forEach((row, index) =>
          out.print(stale[index]!.severity === 'error' ? out.paint.red(row) : out.paint.yellow(row)),
        );
      }
      for (const { where, problem } of unreadable)
        out.print(out.paint.red(`${where}: ${problemLine(problem)}`));
      out.note(
        files.length === 0
          ? `no cassettes found below ${searched(context.arguments)}`
          : `${stale.length} of ${plural(files.length, 'cassette')} older than ${options['max-age']}${hard === undefined ? '' : `, ${errors} older than ${options.hard!}`}`,
      );
    }
    return errors > 0 || unreadable.length > 0 ? 1 : 0;
  },
});
