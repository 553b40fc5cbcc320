export { describeAdapter } from './describe-adapter.ts';
export type { Ability, AdapterDriver, Counts, Layout, RunCommand, RunRequest } from './driver.ts';
export { createProject } from './project.ts';
export type { Project, ProjectOptions, Run, RunEnvironment, SeenReceipt } from './project.ts';
export type { Finished, Running } from './run-process.ts';
export { createSharedProject } from './shared-project.ts';
export type { SharedProject } from './shared-project.ts';
export { promptsOf } from './prompts.ts';
