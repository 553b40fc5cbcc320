import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { speedHeading, withSection } from '../traffic/page.ts';
import { trafficFolder, whyAbsent } from '../traffic/folder.ts';
import type { Measured } from './import-once.ts';
import { makeRecordings } from './recordings.ts';

function measureAll(traffic: string): void {
  const megabytes = Number(process.argv.slice(2).find((argument) => /^\d+$/.test(argument)) ?? 100);
  const folder = mkdtempSync(join(tmpdir(), 'reel-import-speed-'));
  try {
    const before = load();
    const recordings = makeRecordings(traffic, folder, megabytes * 1e6);
    const rows = Object.entries(recordings).map(([kind, path], index) =>
      row(kind, measure(path, join(folder, `to-${index}`))),
    );
    const text = [intro, '', head, ...rows, '', conditions(before)].join('\n');
    console.log(text);
    if (process.argv.includes('--write')) write(text);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function measure(source: string, to: string): Measured {
  const script = join(import.meta.dirname, 'import-once.ts');
  const options = ['--disable-warning=ExperimentalWarning', script, source, to];
  return JSON.parse(execFileSync(process.execPath, options, { encoding: 'utf8' })) as Measured;
}

const intro = `Recordings of the folder above, repeated to a size, imported by the built packages; each kind in a process of its own. Measured by
\`pnpm --filter @reel/convert import-speed\` (\`--write\` renews this part). The goal is 20 MB/s and less than 300 MB of memory.`;

const head = [
  '| recordings             | files | exchanges |  MB | seconds | MB/s | CPU seconds | MB per CPU second | peak memory |',
  '| ---------------------- | ----: | --------: | --: | ------: | ---: | ----------: | ----------------: | ----------: |',
].join('\n');

function row(kind: string, { files, exchanges, bytes, seconds, cpuSeconds, peak }: Measured): string {
  const megabytes = bytes / 1e6;
  const cells = [
    kind.padEnd(22),
    String(files).padStart(5),
    String(exchanges).padStart(9),
    megabytes.toFixed(0).padStart(3),
    seconds.toFixed(1).padStart(7),
    (megabytes / seconds).toFixed(1).padStart(4),
    cpuSeconds.toFixed(1).padStart(11),
    (megabytes / cpuSeconds).toFixed(1).padStart(17),
    `${(peak / 1e6).toFixed(0)} MB`.padStart(11),
  ];
  return `| ${cells.join(' | ')} |`;
}

function conditions(before: string): string {
  const [cpu] = cpus();
  return (
    `Node ${process.versions.node}, ${cpus().length} cores (${cpu?.model.trim() ?? 'unknown'}), load ${before} before and ${load()} after. ` +
    'CPU seconds are of all threads together and include the start of the process.'
  );
}

/** Processes that want a core, on average over the last minute. */
function load(): string {
  return loadavg()[0]!.toFixed(1);
}

function write(text: string): void {
  const page = join(import.meta.dirname, '../../../../docs/traffic.md');
  writeFileSync(page, withSection(readFileSync(page, 'utf8'), `${speedHeading}\n\n${text}\n`));
}

/**
 * Measures what an import costs: `import-speed [megabytes] [--write]`, 100 MB of each kind when nothing is said. `--write` puts the figures
 * into docs/traffic.md.
 */
if (trafficFolder === undefined) console.error(`skipped: ${whyAbsent}`);
else measureAll(trafficFolder);
