import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';
import { ReelError, type RedactOptions } from '@reel/core';
import { createRedactor, nearestName } from '@reel/core/engine';
import { formats } from '../formats/index.ts';
import { namesFor } from './cassette-name.ts';
import type { FileOptions } from './file-options.ts';
import { FileImporter } from './import-file.ts';
import { importInThreads, mostThreads, type Batch } from './threads.ts';
import type { ImportedFile, ImportReport } from './report.ts';
import { findSources } from './sources.ts';

export interface ImportOptions {
  /** Files and folders, in the order in which they are to be imported. */
  readonly sources: readonly string[];
  /** The folder the cassettes are written to; made when needed. */
  readonly to: string;
  /** The id of a format (see `formatIds`), or `auto`: told from each file's content. Default `auto`. */
  readonly from?: string;
  /** Do everything but write. Default `false`. */
  readonly dryRun?: boolean;
  /** Replace cassettes that are there. Default `false`: their files are skipped. */
  readonly overwrite?: boolean;
  /** For formats that keep no host: scheme, host and maybe a path, put before the paths they keep. */
  readonly baseUrl?: string;
  /** As in `reel.config.ts`. */
  readonly redact?: RedactOptions;
  /** As in `reel.config.ts`. Default `true`. */
  readonly normalize?: boolean;
  /** Bytes above which a file is not read. Default 512 MB. */
  readonly maxBytes?: number;
  /** Variables whose secret-looking values must not get into a cassette. Default `process.env`. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** Called after each file. */
  readonly onProgress?: (progress: ImportProgress) => void;
}

export interface ImportProgress {
  readonly files: number;
  readonly totalFiles: number;
  readonly bytes: number;
  readonly totalBytes: number;
  readonly last: ImportedFile;
}

/** What `from` may be, beside `auto`. */
export const formatIds: readonly string[] = formats.map(({ id }) => id);

/**
 * Reads recordings of other tools and writes them as cassettes, redacted and normalized like recordings of Reel's own. Damaged or
 * foreign files are in the report with the reason, and never stop the others.
 * @throws ReelError `REEL_INVALID_OPTION` for an unknown format or a base URL that is none.
 */
export async function importFiles(options: ImportOptions): Promise<ImportReport> {
  const { sources, to, from = 'auto', dryRun = false, baseUrl, onProgress } = options;
  checkFormat(from);
  checkBaseUrl(baseUrl);
  const started = performance.now();
  const found = findSources(sources);
  const names = namesFor(found);
  const totalBytes = found.reduce((sum, { size }) => sum + size, 0);
  const files: ImportedFile[] = [];
  let done = 0;
  let bytes = 0;
  const finish = (index: number, file: ImportedFile): void => {
    files[index] = file;
    bytes += found[index]!.size;
    onProgress?.({ files: ++done, totalFiles: found.length, bytes, totalBytes, last: file });
  };
  const fileOptions: FileOptions = {
    from,
    hints: baseUrl === undefined ? {} : { baseUrl },
    to: dryRun ? undefined : resolve(to),
    overwrite: options.overwrite ?? false,
    redact: options.redact ?? {},
    normalize: options.normalize ?? true,
    maxBytes: options.maxBytes ?? 512e6,
  };
  const environment = options.environment ?? process.env;
  const work = found.map((source, index) => ({ index, source, name: names[index]! }));
  const threads = threadsFor(totalBytes, fileOptions);
  if (threads > 0) await importInThreads({ work, threads, options: fileOptions, environment, finish });
  else await importHere({ work, options: fileOptions, environment, finish });
  return summarize(files, { dryRun, to, milliseconds: Math.round(performance.now() - started) });
}

/**
 * Starting a thread costs as much as importing some megabytes; functions of the user cannot be sent to one. Even one thread is worth
 * it for much: its heap is bounded, so that garbage does not pile up.
 */
function threadsFor(bytes: number, { redact }: FileOptions): number {
  if (bytes < 8e6 || (redact.custom ?? []).length > 0) return 0;
  return Math.min(availableParallelism(), mostThreads);
}

async function importHere({ work, options, environment, finish }: Omit<Batch, 'threads'>): Promise<void> {
  const importer = new FileImporter(options, createRedactor(options.redact, environment));
  for (const [count, { index, source, name }] of work.entries()) {
    finish(index, importer.import(source, name));
    // A long import must let its caller draw, and be interrupted.
    if (count % 16 === 15) await new Promise((go) => setImmediate(go));
  }
}

function summarize(
  files: readonly ImportedFile[],
  rest: Pick<ImportReport, 'dryRun' | 'to' | 'milliseconds'>,
): ImportReport {
  const sum = (of: (file: ImportedFile) => number): number =>
    files.reduce((total, file) => total + of(file), 0);
  const importedFiles = sum(({ exchanges }) => (exchanges > 0 ? 1 : 0));
  return {
    ...rest,
    files,
    totals: {
      files: files.length,
      importedFiles,
      skippedFiles: files.length - importedFiles,
      exchanges: sum(({ exchanges }) => exchanges),
      skipped: sum(({ skipped }) => skipped.length),
      bytes: sum((file) => file.bytes),
    },
  };
}

function checkFormat(from: string): void {
  if (from === 'auto' || formatIds.includes(from)) return;
  const meant = nearestName(from, ['auto', ...formatIds]);
  throw new ReelError('REEL_INVALID_OPTION', {
    what: `there is no format named ${JSON.stringify(from)} to import from`,
    fix: `${meant === undefined ? 'use' : `did you mean ${meant}? Use`} auto, or one of ${formatIds.join(', ')}`,
  });
}

function checkBaseUrl(baseUrl: string | undefined): void {
  if (baseUrl === undefined || /^https?:$/.test(URL.parse(baseUrl)?.protocol ?? '')) return;
  throw new ReelError('REEL_INVALID_OPTION', {
    what: 'the base URL is no http(s) URL',
    fix: 'write scheme and host, such as https://api.openai.com/v1',
  });
}
