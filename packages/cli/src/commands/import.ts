import { resolve } from 'node:path';
import type { ImportOptions } from '@reel/convert';
import { defineCommand, type Command } from '../frame/command.ts';
import { UsageError } from '../frame/usage-error.ts';
import { withoutControls } from '../output/control.ts';

export const command: Command = defineCommand({
  usage: '[options] <file or folder>... --to <folder>',
  description:
    'Reads what vcrpy, Ruby VCR, Polly.js, HAR, nock, undici, go-vcr, httprr, httpmock, WireMock, the Azure test proxy and others recorded,\n' +
    'and writes cassettes, redacted and normalized. The format is told by the content. What a format does not carry is said, and every\n' +
    'file and exchange that is left out with the reason. Exit code 1 when something was left out of a recording.',
  options: {
    to: { type: 'string', describe: 'the folder of the cassettes', value: 'folder' },
    from: { type: 'string', describe: 'auto (default), or the format of all files', value: 'format' },
    'dry-run': { type: 'boolean', describe: 'say what would be imported, write nothing' },
    overwrite: { type: 'boolean', describe: 'replace cassettes that are there' },
    'base-url': {
      type: 'string',
      describe: 'scheme and host for formats that keep none (httpmock, WireMock, bare answers)',
      value: 'url',
    },
    'max-size': { type: 'string', describe: 'megabytes above which a file is not read (512)', value: 'MB' },
  },
  arguments: { min: 1, max: Infinity },
  examples: [
    { command: 'reel import tests/cassettes --to cassettes', describe: 'a folder, whatever is in it' },
    { command: 'reel import recordings --to cassettes --dry-run', describe: 'what would become of it' },
    {
      command: 'reel import mappings --to cassettes --base-url https://api.openai.com/v1',
      describe: 'recordings without a host',
    },
  ],
  async run(context) {
    const { options, out, json, cwd, env } = context;
    if (options.to === undefined)
      throw new UsageError(
        'it has to be said where the cassettes go',
        'write --to <folder>, such as --to cassettes',
      );
    const [{ importFiles, formatReport }, config] = await Promise.all([
      import('@reel/convert'),
      context.readConfig(),
    ]);
    const sources = context.arguments.map((path) => resolve(cwd, path));
    let progress: ReturnType<typeof out.progress> | undefined;
    const importing: ImportOptions = {
      sources,
      to: resolve(cwd, options.to),
      from: options.from ?? 'auto',
      dryRun: options['dry-run'],
      overwrite: options.overwrite,
      environment: env,
      redact: config?.options.redact ?? {},
      normalize: config?.options.normalize ?? true,
      ...(options['base-url'] !== undefined && { baseUrl: options['base-url'] }),
      ...(options['max-size'] !== undefined && { maxBytes: megabytes(options['max-size']) }),
      onProgress: ({ totalFiles }) => {
        progress ??= out.progress('importing', totalFiles);
        progress.step();
      },
    };
    const report = { ...(await importFiles(importing)), to: options.to };
    progress?.done();
    if (json) out.json(report);
    else out.print(withoutControls(formatReport(report)));
    const isPartial = report.files.some(
      ({ format, skipped, problem }) => skipped.length > 0 || (format !== undefined && problem !== undefined),
    );
    const isMissing = report.totals.exchanges === 0;
    return isMissing ? 2 : isPartial ? 1 : 0;
  },
});

function megabytes(text: string): number {
  const size = Number(text);
  if (size > 0 && Number.isFinite(size)) return size * 1e6;
  throw new UsageError(`--max-size takes megabytes, not ${JSON.stringify(text)}`, 'write --max-size 1000');
}
