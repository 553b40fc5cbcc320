import { randomUUID } from 'node:crypto';
import { appendFileSync } from 'node:fs';

type Env = Readonly<Record<string, string | undefined>>;

/**
 * Hands values to later steps of a job (`GITHUB_OUTPUT`). Does nothing elsewhere. Values end at a line that nobody can guess: a value with
 * line breaks, a name of a branch or a file, sets no other output.
 */
export function setOutputs(values: Readonly<Record<string, string>>, env: Env): void {
  const file = env['GITHUB_OUTPUT'];
  if (!file) return;
  for (const [name, value] of Object.entries(values)) {
    const end = `end-${randomUUID()}`;
    appendFileSync(file, `${name}<<${end}\n${value}\n${end}\n`);
  }
}

/** Adds Markdown to the page of the job (`GITHUB_STEP_SUMMARY`). Does nothing elsewhere. */
export function addToSummary(markdown: string, env: Env): void {
  const file = env['GITHUB_STEP_SUMMARY'];
  if (file) appendFileSync(file, `${markdown}\n\n`);
}
