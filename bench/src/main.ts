import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { fileURLToPath } from 'node:url';
import { adapterRows, measureAdapters } from './adapters.ts';
import { measure, measureImport, median, type Figures } from './measure.ts';

/**
 * `pnpm bench`: Reel against its peers in one run, as ratios. Writes docs/benchmarks.md unless told not to (`--dry-run`);
 * `--quick` measures once instead of five times.
 */
const quick = process.argv.includes('--quick');
const times = quick ? 1 : 5;
const calls = 1000;
const contenders = ['reel', 'nock', 'polly', 'undici-snapshot', 'msw'] as const;
const titles: Record<string, string> = {
  reel: '**reel**',
  nock: 'nock.back',
  polly: 'Polly.js',
  'undici-snapshot': 'undici SnapshotAgent',
  msw: 'msw (no recorder)',
};
const clients: Record<string, readonly string[]> = {
  reel: ['fetch', 'undici', 'http'],
  nock: ['fetch', 'http'],
  polly: ['fetch', 'http'],
  'undici-snapshot': ['undici'],
  msw: ['fetch', 'http'],
};
const notes: string[] = [];
const progress = (text: string): void => {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${text}`);
};

/** What a contender cannot do comes as NaN, and through JSON as null. */
const isMissing = (value: number | null | undefined): value is null | undefined =>
  value === undefined || value === null || Number.isNaN(value);
const ratio = (value: number | null | undefined, digits = 1): string =>
  isMissing(value) ? '–' : `${value.toFixed(digits)}x`;
const over = (a: number | null | undefined, b: number | null | undefined): number =>
  isMissing(a) || isMissing(b) ? Number.NaN : a / b;
const micros = (value: number | null | undefined): string => (isMissing(value) ? '–' : value.toFixed(0));

progress('bare fetch');
const callRows: string[] = [];
const bareFetch = measure(['reel', 'fetch', 'calls', calls], times, notes)?.['bare'] ?? Number.NaN;
for (const contender of contenders) {
  for (const client of clients[contender]!) {
    progress(`${contender} ${client}`);
    const figures = measure([contender, client, 'calls', calls], times, notes);
    callRows.push(
      `| ${titles[contender]} | ${client} | ${micros(figures?.['bare'])} | ${micros(figures?.['replay'])} | ${ratio(over(bareFetch, figures?.['replay']))} | ${ratio(over(figures?.['bare'], figures?.['replay']))} | ${ratio(over(figures?.['record'], figures?.['bare']), 2)} |`,
    );
  }
}

const matchRows: string[] = [];
for (const contender of ['reel', 'nock', 'polly', 'undici-snapshot', 'msw'] as const) {
  const client = clients[contender]![0]!;
  progress(`${contender} match`);
  const small = matchCost(contender, client, 10);
  const large = matchCost(contender, client, 5000);
  matchRows.push(
    `| ${titles[contender]} | ${micros(small)} | ${micros(large)} | ${ratio(over(large, small), 2)} |`,
  );
}

/** The median over many cassettes of ten, because ten calls are too few to time. */
function matchCost(contender: string, client: string, size: number): number | undefined {
  const runs = size === 10 ? 'match10' : 'match';
  return measure([contender, client, runs, size], times, notes)?.['replay'];
}

const streamRows: string[] = [];
for (const contender of ['reel', 'nock', 'polly'] as const) {
  progress(`${contender} stream`);
  const figures = measure([contender, 'fetch', 'stream', 5000], times, notes);
  streamRows.push(
    `| ${titles[contender]} | ${fixed(figures?.['bare'])} | ${fixed(figures?.['record'])} | ${fixed(figures?.['replay'])} | ${figures?.['pieces'] ?? '–'} |`,
  );
}

progress('imports');
const imports = ['@reel/core', 'nock', '@pollyjs/core', 'undici', 'msw/node'].map(
  (specifier) => `| ${specifier} | ${fixed(measureImport(specifier, quick ? 3 : 9))} |`,
);

progress('adapters');
const adapters = adapterRows(await measureAdapters(times, notes));

progress('open 100 MB');
const opened: Figures[] = [];
for (let run = 0; run < times; run++) {
  const child = spawnSync(
    process.execPath,
    ['--expose-gc', fileURLToPath(new URL('open-cassette.ts', import.meta.url)), '100'],
    { encoding: 'utf8' },
  );
  if (child.status === 0) opened.push(JSON.parse(child.stdout) as Figures);
  else notes.push(`open: ${child.stderr.slice(0, 200)}`);
}
const open = median(opened.map((run) => run['open']! / run['read']!));
progress('');

const report = `# Benchmarks

Written by \`pnpm bench\` on ${new Date().toISOString().slice(0, 10)}: Node ${process.version}, ${cpus().length} cores (${cpus()[0]?.model.trim()}), ${process.platform}. Each figure is the median of
${times} fresh process(es), and in each the bare client and the contender run one after the other against a server in the same process. Compare
ratios, not microseconds: those belong to this machine. A dash: the peer cannot do it (see the notes).

## ${calls} small chat completions, one after the other

Above 1x replay is faster than the network; recording is best at 1x.

| recorder | client | bare µs | replay µs | replay against bare fetch | replay against the same client bare | record against bare |
|---|---|--:|--:|--:|--:|--:|
${callRows.join('\n')}

Goals: replay 12x a bare fetch through fetch, 6x through undici, 2x through node:http; record at most 1.2x.

## One match among 10 and among 5,000 recordings

| recorder | among 10, µs | among 5,000, µs | ratio |
|---|--:|--:|--:|
${matchRows.join('\n')}

Goal: at most 1.1x.

## A stream of 5,000 server-sent events through fetch

| recorder | bare ms | record ms | replay ms | pieces the client saw in replay |
|---|--:|--:|--:|--:|
${streamRows.join('\n')}

Goal: 10 ms, every event a piece of its own.

## Import, fresh process

| package | ms |
|---|--:|
${imports.join('\n')}

Goal: 20 ms.

## 1,000 trivial tests, the whole run (the fastest of ${times})

| runner | files | without Reel, s | with Reel, s | added to each test, ms | share |
|---|--:|--:|--:|--:|--:|
${adapters.join('\n')}

Goal: at most 0.2 ms a test, or 5%.

## A cassette of 100 MB

Opening it and answering its first request takes ${ratio(open, 2)} the time of reading the file (${fixed(median(opened.map((run) => run['open']!)))} ms against ${fixed(median(opened.map((run) => run['read']!)))} ms) and ${ratio(median(opened.map((run) => run['memory']!)), 2)} its size in memory. Goals: 1.5x and 2x.
${notes.length === 0 ? '' : `\n## Notes\n\n${[...new Set(notes)].map((note) => `- ${note}`).join('\n')}\n`}`;

function fixed(value: number | null | undefined): string {
  return isMissing(value) ? '–' : value.toFixed(1);
}

process.stdout.write(report);
if (!process.argv.includes('--dry-run'))
  writeFileSync(new URL('../../docs/benchmarks.md', import.meta.url), report);
