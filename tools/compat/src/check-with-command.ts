import { join } from 'node:path';
import type { Finding } from './finding.ts';
import { receiptPath } from './play-scenarios.ts';
import { runProgram } from './run-program.ts';
import { packageOf, type Side } from './side.ts';

/** What the command of a side says of cassettes and of a receipt that another wrote: they are whole, readable, and all used. */
export async function checkWithCommand(folder: string, side: Side): Promise<Finding[]> {
  const lines = [
    ['check', 'cassettes', 'vitest/cassettes'],
    ['upgrade', '--dry-run', 'cassettes', 'vitest/cassettes'],
    ['prune', '--receipt', receiptPath, 'vitest/cassettes'],
  ];
  const findings: Finding[] = [];
  for (const words of lines) {
    const main = join(packageOf(side, 'cli'), 'dist/main.js');
    const { code, output } = await runProgram(process.execPath, [main, ...words], { cwd: folder });
    if (code !== 0)
      findings.push({ where: `reel ${words.join(' ')}`, what: `ended with ${code}\n${output.slice(-1500)}` });
  }
  return findings;
}
