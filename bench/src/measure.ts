import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const script = fileURLToPath(new URL('run.ts', import.meta.url));

export type Figures = Readonly<Record<string, number>>;

/**
 * Runs one measurement `times` times, each in a fresh process, and gives the median of each figure. `undefined` when the contender cannot
 * do it; the reason goes to the list of notes.
 */
export function measure(
  args: readonly [contender: string, client: string, scenario: string, size: number],
  times: number,
  notes: string[],
): Figures | undefined {
  const runs: Figures[] = [];
  for (let run = 0; run < times; run++) {
    const child = spawnSync(process.execPath, [script, ...args.map(String)], {
      encoding: 'utf8',
      timeout: 120_000,
    });
    const line = child.stdout.trim().split('\n').at(-1) ?? '';
    if (child.status !== 0 || !line.startsWith('{')) {
      notes.push(`${args.slice(0, 3).join(' ')}: ${reason(child.stderr, child.error)}`);
      return undefined;
    }
    runs.push(JSON.parse(line) as Figures);
  }
  return Object.fromEntries(Object.keys(runs[0]!).map((key) => [key, median(runs.map((run) => run[key]!))]));
}

/** Time of `import()` in a fresh process, in milliseconds: median of `times`. */
export function measureImport(specifier: string, times: number): number {
  const code = `const t = performance.now(); await import(${JSON.stringify(specifier)}); console.log(performance.now() - t); process.exit(0)`;
  const figures: number[] = [];
  for (let run = 0; run < times; run++) {
    const child = spawnSync(process.execPath, ['--input-type=module', '-e', code], {
      encoding: 'utf8',
      cwd: fileURLToPath(new URL('..', import.meta.url)),
    });
    if (child.status !== 0) return Number.NaN;
    figures.push(Number(child.stdout));
  }
  return median(figures);
}

export function median(numbers: readonly number[]): number {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)]!;
}

function reason(stderr: string, error: Error | undefined): string {
  if (error !== undefined) return error.message;
  const line = stderr.split('\n').find((text) => /error/i.test(text)) ?? stderr.split('\n')[0] ?? '';
  return line.trim().slice(0, 160);
}
