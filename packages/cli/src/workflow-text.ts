import { readFileSync } from 'node:fs';

/** Workflows that this package ships, and what is in them for. */
export const workflows = {
  'rerecord.yml': 'records anew on GitHub and commits the cassettes to the branch (reel rerecord)',
  'freshness.yml': 'records anew every week and says what the providers changed',
} as const;

export type WorkflowName = keyof typeof workflows;

/** The text of a workflow. Lies beside `src` and `dist`: both are one folder below the package. */
export function workflowText(name: WorkflowName): string {
  return readFileSync(new URL(`../workflows/${name}`, import.meta.url), 'utf8');
}
