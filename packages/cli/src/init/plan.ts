import type { CIName } from './detect/ci.ts';
import type { Project } from './detect/project.ts';
import type { RunnerName } from './detect/runners.ts';
import { advice, type Step } from './step.ts';
import { adapter } from './steps/adapter.ts';
import { ciFiles } from './steps/ci-files.ts';
import { gitFiles } from './steps/git-files.ts';
import { preCommit } from './steps/pre-commit.ts';
import { recordingWorkflows } from './steps/recording-workflows.ts';
import { reelConfig } from './steps/reel-config.ts';

export interface Choices {
  readonly runners: readonly RunnerName[];
  readonly ci: readonly CIName[];
  readonly hook: boolean;
  /** The workflows that record on GitHub, too. */
  readonly rerecord: boolean;
}

/** Everything that is missing for the choices made. A second time there is nothing left of it but what is to be done by hand. */
export async function planInit(project: Project, { runners, ci, hook, rerecord }: Choices): Promise<Step[]> {
  const steps: Step[] = [...missingPackages(project, runners), ...reelConfig(project, runners)];
  for (const runner of runners) steps.push(...(await adapter(project, runner)));
  steps.push(...gitFiles(project));
  if (hook) steps.push(...(await preCommit(project)));
  for (const one of ci) steps.push(...(await ciFiles(project, one, runners)));
  if (rerecord) steps.push(...recordingWorkflows(project));
  return steps;
}

function missingPackages(project: Project, runners: readonly RunnerName[]): Step[] {
  const wanted = ['@reel/cli', ...runners.map((runner) => `@reel/${runner}`)];
  const missing = wanted.filter((name) => !project.dependsOn(name));
  if (missing.length === 0) return [];
  return advice('packages to install', `${project.packageManager.add} ${missing.join(' ')}`);
}
