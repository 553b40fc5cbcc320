import { ciNames, type CIName } from './detect/ci.ts';
import { runnerNames, type RunnerName } from './detect/runners.ts';
import type { Choices } from './plan.ts';

/** Asks at the terminal. `undefined`: somebody left with Ctrl-C. */
export async function askChoices(found: Choices): Promise<Choices | undefined> {
  const { confirm, isCancel, multiselect } = await import('@clack/prompts');
  const runners = await multiselect<RunnerName>({
    message: 'Which test runners?',
    options: runnerNames.map((value) => ({ value, label: value })),
    initialValues: [...found.runners],
    required: false,
  });
  if (isCancel(runners)) return undefined;
  const ci = await multiselect<CIName>({
    message: 'Replay the tests in which CI?',
    options: ciNames.map((value) => ({ value, label: value })),
    initialValues: [...found.ci],
    required: false,
  });
  if (isCancel(ci)) return undefined;
  const hook = await confirm({ message: 'Check cassettes for secrets and damage before every commit?' });
  return isCancel(hook) ? undefined : { runners, ci, hook, rerecord: found.rerecord };
}

/** Whether to write what was just shown. */
export async function askToWrite(path: string): Promise<boolean> {
  const { confirm, isCancel } = await import('@clack/prompts');
  const answer = await confirm({ message: `Write ${path}?` });
  return !isCancel(answer) && answer;
}
