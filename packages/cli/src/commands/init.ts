import { relative } from 'node:path';
import { defineCommand, type Command } from '../frame/command.ts';
import { UsageError } from '../frame/usage-error.ts';
import { applyStep } from '../init/apply.ts';
import { askChoices, askToWrite } from '../init/ask.ts';
import { ciNames, detectCI, type CIName } from '../init/detect/ci.ts';
import { detectProject } from '../init/detect/project.ts';
import { detectRunners, runnerNames, runnerSigns, type RunnerName } from '../init/detect/runners.ts';
import { diffText } from '../init/diff-text.ts';
import { planInit, type Choices } from '../init/plan.ts';

export const command: Command = defineCommand({
  usage: '[--yes] [--dry-run] [--runner <name>]... [--ci <name>]...',
  description: [
    'Finds the test runner and the CI of this project and sets Reel up: reel.config, the line in the config of the runner, .gitattributes,',
    'the setting by which git diff shows cassettes as transcripts, a pre-commit hook, and a CI job that replays. Every change is shown first;',
    'what cannot be edited safely is printed as the exact edit. A second run changes nothing.',
  ].join('\n'),
  options: {
    yes: { type: 'boolean', short: 'y', describe: 'write everything that is shown, and ask nothing' },
    'dry-run': { type: 'boolean', short: 'n', describe: 'show everything, and write nothing' },
    runner: {
      type: 'string',
      multiple: true,
      value: 'name',
      choices: runnerNames,
      describe: 'instead of the runners that are found',
    },
    ci: {
      type: 'string',
      multiple: true,
      value: 'name',
      choices: [...ciNames, 'none'],
      describe: 'instead of the CI that is found',
    },
    rerecord: {
      type: 'boolean',
      describe:
        'write the workflows that record on GitHub, too (they need keys): rerecord.yml, freshness.yml',
    },
    'no-hook': { type: 'boolean', describe: 'no pre-commit hook' },
  },
  examples: [
    { command: 'reel init', describe: 'asks at the terminal' },
    { command: 'reel init --dry-run', describe: 'shows what it would write' },
    { command: 'reel init --yes --ci github', describe: 'for scripts' },
  ],
  async run({ options, cwd, json, out }) {
    const isDry = options['dry-run'];
    const isAsking = !options.yes && !isDry;
    if (isAsking && (json || !out.isInteractive)) {
      throw new UsageError(
        'there is no terminal to ask at',
        'add --yes to write everything, or --dry-run to see it first',
      );
    }
    const project = detectProject(cwd);
    const found: Choices = {
      runners: options.runner.length > 0 ? (options.runner as RunnerName[]) : detectRunners(project),
      ci:
        options.ci.length > 0
          ? options.ci.filter((name): name is CIName => name !== 'none')
          : detectCI(project),
      hook: !options['no-hook'],
      rerecord: options.rerecord,
    };
    const choices = isAsking ? await askChoices(found) : found;
    if (choices === undefined) {
      out.note('nothing was written');
      return 2;
    }
    const steps = await planInit(project, choices);
    const shown = (path: string): string => relative(cwd, path) || path;
    const done: { path: string; action: 'changed' | 'created' | 'set' | 'skipped' }[] = [];
    const say = (text: string): void => (json ? undefined : out.print(text));
    for (const step of steps) {
      if (step.kind === 'advice') continue;
      const name = step.kind === 'git' ? `git config ${step.key}` : shown(step.path);
      say(`${out.paint.bold(name)}  ${out.paint.dim(step.why)}`);
      say(step.kind === 'git' ? `  ${out.paint.green(`+ ${step.value}`)}` : diffText(step, out.paint));
      say('');
      const isWanted = !isDry && (!isAsking || (await askToWrite(name)));
      if (isWanted) applyStep(step);
      const action = step.kind === 'git' ? 'set' : step.before === undefined ? 'created' : 'changed';
      done.push({ path: name, action: isWanted || isDry ? action : 'skipped' });
    }
    const advice = steps.filter((step) => step.kind === 'advice');
    const { run } = project.packageManager;
    const tests = choices.runners.map((runner) => `${run} ${runnerSigns[runner].command}`);
    const next = [
      `${run} reel record -- ${tests[0] ?? '<test command>'}`,
      `${run} reel replay -- ${tests[0] ?? '<test command>'}`,
    ];
    if (json) {
      out.json({
        dryRun: isDry,
        runners: choices.runners,
        ci: choices.ci,
        steps: done,
        byHand: advice.map(({ title, text }) => ({ title, text })),
        next,
      });
      return 0;
    }
    if (choices.runners.length === 0)
      say(
        'no test runner was found; name one with --runner, or run any program with reel exec (reel exec --help)\n',
      );
    for (const { title, text } of advice) {
      say(`${out.paint.yellow('by hand')}  ${title}\n${text.replaceAll(/^(?=.)/gm, '  ')}\n`);
    }
    say(summaryOf(done, isDry));
    say(`next: record with your key, then replay without it\n  ${next.join('\n  ')}`);
    return 0;
  },
});

function summaryOf(done: readonly { action: string }[], isDry: boolean): string {
  const written = done.filter(({ action }) => action !== 'skipped').length;
  if (done.length === 0) return 'everything is set up already; nothing was changed';
  return isDry
    ? `${written} ${written === 1 ? 'change' : 'changes'}, none of them made (--dry-run)`
    : `${written} of ${done.length} ${done.length === 1 ? 'change' : 'changes'} made`;
}
