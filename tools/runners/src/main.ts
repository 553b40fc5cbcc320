// `pnpm --filter @reel/runners pairs`: every supported version of each runner on every supported Node, through the short
// conformance check. Writes docs/supported-runners.md when all of them ran; arguments (`vitest mocha`) choose runners, and write nothing.
// Exit code 1 when one does not hold.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { shortCheck } from '@reel/testkit/adapter-conformance/short-check';
import { supportedNodes } from './nodes.ts';
import { runnerVersions } from './pairs.ts';

const wanted = process.argv.slice(2);
const versions = runnerVersions.filter(({ runner }) => wanted.length === 0 || wanted.includes(runner));
const nodes = supportedNodes();
if (nodes.length < 3) console.error(`only ${nodes.length} of 3 Nodes have a binary for this machine`);
const rows: string[] = [];
let failures = 0;
for (const { runner, version, driver } of versions) {
  const cells: string[] = [];
  for (const node of nodes) {
    const problem = await problemOf(() => shortCheck(driver(), node.path));
    cells.push(problem === undefined ? 'passes' : '**fails**');
    console.log(`${runner} ${version} on Node ${node.version}: ${problem ?? 'passes'}`);
    if (problem !== undefined) failures += 1;
  }
  rows.push(`| ${runner} | ${version} | ${cells.join(' | ')} |`);
}
const table = [
  `| runner | version | ${nodes.map(({ version }) => `Node ${version}`).join(' | ')} |`,
  `| ------ | ------- | ${nodes.map(() => '---').join(' | ')} |`,
  ...rows,
].join('\n');
console.log(`\n${table}`);
if (failures > 0) process.exitCode = 1;
else if (wanted.length === 0 && nodes.length === 3)
  writeFileSync(join(import.meta.dirname, '../../../docs/supported-runners.md'), page(table));

async function problemOf(check: () => Promise<void>): Promise<string | undefined> {
  try {
    await check();
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

function page(table: string): string {
  return `# Supported runners

What was run, and passed: recording, replay in CI, a swallowed miss, the command it prints, and a failing test that keeps its
cassette, with the real runner in a process of its own. \`pnpm --filter @reel/runners pairs\` runs it again and writes this page.

${table}

The adapters ask for \`vitest ^4.1 || ^5\`, \`jest ^30.2\`, \`mocha ^11 || ^12\` and \`@playwright/test >=1.55\`. An older runner is refused
before a test runs ([REEL_RUNNER_UNSUPPORTED](errors/REEL_RUNNER_UNSUPPORTED.md)). The whole conformance suite runs on the newest version of each
with every \`npm test\`, in CI on each of the three Nodes.
`;
}
