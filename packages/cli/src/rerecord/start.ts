import { randomBytes } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import type { Gh } from '../ci/gh.ts';
import { UsageError } from '../frame/usage-error.ts';

/** What is to be recorded. */
export interface RerecordRequest {
  readonly repository: string;
  /** File name of the workflow. */
  readonly workflow: string;
  /** Branch that the workflow runs on. */
  readonly ref: string;
  /** Values of its inputs; empty ones are not sent. */
  readonly inputs: Readonly<Record<string, string>>;
}

export interface StartedRun {
  readonly id: number;
  readonly url: string;
}

/** GitHub needs a moment before a run that was asked for is in its list. Milliseconds between two looks, and in all. */
export interface Patience {
  readonly pause: number;
  readonly most: number;
}

/**
 * Starts the workflow and finds its run by a name that is used once: two people, or two branches, do not follow each other's.
 * @throws UsageError when it cannot be started, and when no run appears
 */
export async function startRerecord(
  gh: Gh,
  { repository, workflow, ref, inputs }: RerecordRequest,
  patience: Patience = { pause: 2000, most: 60_000 },
): Promise<StartedRun> {
  const request = randomBytes(4).toString('hex');
  const fields = Object.entries({ ...inputs, request })
    .filter(([, value]) => value !== '')
    .flatMap(([name, value]) => ['--raw-field', `${name}=${value}`]);
  const { ok, stderr } = gh.try(['workflow', 'run', workflow, '--repo', repository, '--ref', ref, ...fields]);
  if (!ok) throw cannotStart(workflow, ref, stderr.trim());
  const fieldsOfRun = 'databaseId,displayTitle,url';
  for (let waited = 0; ; waited += patience.pause) {
    const runs = gh.json<{ databaseId: number; displayTitle: string; url: string }[]>([
      'run',
      'list',
      '--repo',
      repository,
      '--workflow',
      workflow,
      '--event',
      'workflow_dispatch',
      '--limit',
      '30',
      '--json',
      fieldsOfRun,
    ]);
    const run = runs.find(({ displayTitle }) => displayTitle.includes(request));
    if (run !== undefined) return { id: run.databaseId, url: run.url };
    if (waited >= patience.most) break;
    await wait(patience.pause);
  }
  throw new UsageError(
    `the workflow was started, and its run does not appear in the list`,
    `look for it: gh run list --workflow ${workflow}`,
  );
}

function cannotStart(workflow: string, ref: string, said: string): UsageError {
  if (/HTTP 404|could not find any workflows|not found/i.test(said))
    return new UsageError(
      `GitHub knows no workflow ${workflow}: ${said}`,
      'it has to be on the default branch: reel init --ci github --rerecord writes it',
    );
  if (/HTTP 422|workflow_dispatch|unexpected inputs/i.test(said))
    return new UsageError(
      `the workflow ${workflow} of ${ref} cannot be started so: ${said}`,
      'bring the branch up to date with the default branch, or write the workflow anew with reel init',
    );
  if (/HTTP 403/i.test(said))
    return new UsageError(
      `you may not start workflows in this repository: ${said}`,
      'ask somebody who may write to it',
    );
  return new UsageError(`the workflow ${workflow} could not be started: ${said}`);
}
