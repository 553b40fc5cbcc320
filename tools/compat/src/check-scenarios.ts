import { join } from 'node:path';
import { startProviders } from '@reel/testkit';
import { checkWithCommand } from './check-with-command.ts';
import type { Finding } from './finding.ts';
import { playScenarios, type Played } from './play-scenarios.ts';
import { createScenarioProject } from './project.ts';
import { checkLines, tapesIn } from './schema-check.ts';
import { packageOf, type Side } from './side.ts';

/**
 * Lets one side write cassettes and the other replay them: the applications have to see the same, byte for byte. The programs, tests
 * and configs are those of the side that writes.
 * @throws Error when the side that writes does not even replay its own
 */
export async function checkScenarios(
  writer: Side,
  reader: Side,
): Promise<{ findings: Finding[]; count: number }> {
  using project = createScenarioProject(writer);
  const provider = await startProviders();
  let own: Played;
  try {
    assertSound(writer, 'record', await playScenarios(project, writer, provider.upstreams));
  } finally {
    await provider.close();
  }
  own = await playScenarios(project, writer);
  assertSound(writer, 'replay', own);
  const tapes = tapesIn(project.folder);
  // First what reads the receipt of the writer's run: the next run leaves another.
  const findings = await checkWithCommand(project.folder, reader);
  findings.push(...checkLines(tapes, join(packageOf(reader, 'core'), 'schema')));
  findings.push(...differences(own, await playScenarios(project, reader)));
  return { findings, count: own.saw.size };
}

function assertSound(side: Side, mode: string, { saw, output }: Played): void {
  const broken = [...saw].find(
    ([name, text]) =>
      text.startsWith('{"error"') ||
      text.startsWith('ended') ||
      text.startsWith('failed') ||
      name === 'vitest/report',
  );
  if (broken === undefined) return;
  const [name, text] = broken;
  throw new Error(
    `${side.label} does not ${mode} its own scenarios: ${name}: ${text.slice(0, 2000)}\n${output.slice(-6000)}`,
  );
}

function differences(expected: Played, found: Played): Finding[] {
  return [...expected.saw].flatMap(([where, text]) => {
    const other = found.saw.get(where);
    if (other === text) return [];
    return [{ where, what: other === undefined ? 'it was not run' : firstDifference(text, other) }];
  });
}

/** The place where two texts part, with a little around it. */
function firstDifference(expected: string, found: string): string {
  if (found.startsWith('{"error"') || found.startsWith('ended') || found.startsWith('failed'))
    return found.slice(0, 1500);
  let at = 0;
  while (expected[at] === found[at]) at++;
  const around = (text: string): string => text.slice(Math.max(0, at - 60), at + 60);
  return `was  …${around(expected)}…\n  is   …${around(found)}…`;
}
