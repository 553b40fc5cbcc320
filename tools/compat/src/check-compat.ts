import { checkScenarios } from './check-scenarios.ts';
import type { Finding } from './finding.ts';
import { replayExample } from './replay-example.ts';
import type { Side } from './side.ts';

/** What a comparison came to. */
export interface Compared {
  readonly findings: readonly Finding[];
  /** How many scenarios and tests of the example were replayed. */
  readonly scenarios: number;
  readonly tests: number;
}

/** Whether one side replays what another recorded: its scenarios, and its example application. */
export async function checkCompat(writer: Side, reader: Side): Promise<Compared> {
  const scenarios = await checkScenarios(writer, reader);
  const example = await replayExample(writer, reader);
  return {
    findings: [...scenarios.findings, ...example.findings],
    scenarios: scenarios.count,
    tests: example.count,
  };
}
