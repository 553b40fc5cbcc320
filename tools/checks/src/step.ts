import { runCommand, type CommandOptions } from './run-command.ts';
import type { TestReport } from './report.ts';

/** One line of the run: a check, which counts as one, or the tests of a package, which count as many. */
export interface Step {
  readonly name: string;
  run(): Promise<StepResult>;
}

export interface StepResult extends TestReport {
  /** Shown under the step's line, also when all is well: sizes, say. */
  readonly notes?: readonly string[];
  /** What the tools printed; shown when something failed. */
  readonly output?: string;
}

/** A step that is one command and passes when the command does. */
export function commandStep(name: string, line: string, options: CommandOptions): Step {
  return {
    name,
    run: async () => {
      const { ok, output, reason } = await runCommand(line, options);
      return ok
        ? { passed: 1, failed: [], skipped: [] }
        : { passed: 0, failed: [{ name, message: reason }], skipped: [], output };
    },
  };
}

/** Turns a crash of the step itself into its failure, so that the steps after it still run. */
export async function runStep(step: Step): Promise<StepResult> {
  try {
    return await step.run();
  } catch (error) {
    const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return { passed: 0, failed: [{ name: step.name, message }], skipped: [] };
  }
}
