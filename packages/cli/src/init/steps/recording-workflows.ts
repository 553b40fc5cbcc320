import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { version } from '../../version.ts';
import { workflows, workflowText, type WorkflowName } from '../../workflow-text.ts';
import { ciRoot } from '../detect/ci.ts';
import type { Project } from '../detect/project.ts';
import { advice, change, type Step } from '../step.ts';

/** The workflows that record, with what this project needs as last value of their settings. */
export function recordingWorkflows(project: Project): Step[] {
  const root = ciRoot(project);
  const steps = (Object.keys(workflows) as WorkflowName[]).flatMap((name) => {
    const path = join(root, '.github/workflows', name);
    // What is there was perhaps changed by somebody, and stays.
    return existsSync(path)
      ? []
      : change(path, undefined, fitted(workflowText(name), project), workflows[name]);
  });
  if (steps.length === 0) return [];
  return [
    ...steps,
    ...advice(
      'the keys of the providers, as secrets of the repository',
      'gh secret set OPENAI_API_KEY\ngh secret set REEL_PUSH_TOKEN   # optional: commits then start the checks',
    ),
  ];
}

function fitted(text: string, { packageManager: { install, name }, git }: Project): string {
  const prepare =
    name === 'pnpm' || name === 'yarn'
      ? 'corepack enable && '
      : name === 'bun'
        ? 'npm install --global bun && '
        : '';
  const folder = git === undefined || git.prefix === '' ? '.' : git.prefix.slice(0, -1);
  return text
    .replace("|| 'npm ci' }}", () => `|| ${literal(prepare + install)} }}`)
    .replace(
      "vars.REEL_WORKING_DIRECTORY || '.' }}",
      () => `vars.REEL_WORKING_DIRECTORY || ${literal(folder)} }}`,
    )
    .replace("'@reel/cli@latest'", () => literal(`@reel/cli@${version}`));
}

/** A text in an expression of GitHub's: quotes are doubled. */
function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
