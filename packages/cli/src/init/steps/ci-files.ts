import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ciRoot, type CIName } from '../detect/ci.ts';
import type { Project } from '../detect/project.ts';
import { runnerSigns, type RunnerName } from '../detect/runners.ts';
import { editYaml } from '../edit-yaml.ts';
import { advice, change, type Step } from '../step.ts';

/** A job that replays: no keys, no network to the providers, and cassettes are checked. */
export async function ciFiles(project: Project, ci: CIName, runners: readonly RunnerName[]): Promise<Step[]> {
  const root = ciRoot(project);
  const commands = commandsOf(project, runners);
  switch (ci) {
    case 'github':
      return ownFile(
        join(root, '.github/workflows/reel.yml'),
        github(project, commands),
        'replays the tests in GitHub Actions',
      );
    case 'gitlab':
      return await gitlab(root, commands, project);
    case 'circleci':
      return await circleci(root, commands, project);
  }
}

function commandsOf({ packageManager, manifest }: Project, runners: readonly RunnerName[]): string[] {
  const { run, install, name } = packageManager;
  const hasScript =
    manifest.scripts?.['test'] !== undefined && !/no test specified/.test(manifest.scripts['test']);
  const tests = hasScript
    ? [`${name} test`]
    : runners.map((runner) => `${run} ${runnerSigns[runner].command}`);
  return [
    ...(name === 'pnpm' || name === 'yarn'
      ? ['corepack enable']
      : name === 'bun'
        ? ['npm install --global bun']
        : []),
    install,
    `${run} reel check`,
    ...tests.map((test) => `${run} reel replay -- ${test}`),
  ];
}

/** By commit: a tag can be moved to another one. */
const actions = {
  checkout: 'actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1',
  setupNode: 'actions/setup-node@820762786026740c76f36085b0efc47a31fe5020 # v7.0.0',
} as const;

/** A file of ours alone: what is there already was changed by somebody and stays. */
function ownFile(path: string, text: string, why: string): Step[] {
  return existsSync(path) ? [] : change(path, undefined, text, why);
}

function github({ git }: Project, commands: readonly string[]): string {
  const folder = git?.prefix ?? '';
  return `name: reel

on:
  push:
    branches: [main]
  pull_request:

permissions:
  contents: read

jobs:
  # Everything replays: this job has no keys, and needs none.
  replay:
    runs-on: ubuntu-latest
    timeout-minutes: 15
${folder === '' ? '' : `    defaults:\n      run:\n        working-directory: ${folder.slice(0, -1)}\n`}    steps:
      - uses: ${actions.checkout}
        with:
          persist-credentials: false
      - uses: ${actions.setupNode}
        with:
          node-version: 24
${commands.map((command) => `      - run: ${command}\n`).join('')}`;
}

async function gitlab(root: string, commands: readonly string[], { git }: Project): Promise<Step[]> {
  const main = join(root, '.gitlab-ci.yml');
  const job = `# Everything replays: this job has no keys, and needs none.
reel:
  image: node:24
  timeout: 15 minutes
  script:
${inFolder(commands, git?.prefix)
  .map((command) => `    - ${command}\n`)
  .join('')}`;
  if (!existsSync(main)) return change(main, undefined, job, 'replays the tests in GitLab CI');
  const before = readFileSync(main, 'utf8');
  if (before.includes('reel replay') || before.includes('.gitlab/reel.yml')) return [];
  const after = await editYaml(before, (_set, add) => add(['include'], { local: '.gitlab/reel.yml' }));
  const own = ownFile(join(root, '.gitlab/reel.yml'), job, 'replays the tests in GitLab CI');
  return after === undefined
    ? [
        ...own,
        ...advice('.gitlab-ci.yml could not be edited safely', 'include:\n  - local: .gitlab/reel.yml'),
      ]
    : [...own, ...change(main, before, after, 'includes the job that replays')];
}

async function circleci(root: string, commands: readonly string[], { git }: Project): Promise<Step[]> {
  const path = join(root, '.circleci/config.yml');
  const steps = ['checkout', ...inFolder(commands, git?.prefix).map((command) => ({ run: command }))];
  const job = { docker: [{ image: 'cimg/node:24.0' }], steps };
  const why = 'replays the tests in CircleCI';
  const before = existsSync(path) ? readFileSync(path, 'utf8') : undefined;
  if (before?.includes('reel replay')) return [];
  const start = before ?? 'version: 2.1\n';
  const after = await editYaml(start, (set) => {
    set(['jobs', 'reel'], job);
    set(['workflows', 'reel', 'jobs'], ['reel']);
  });
  if (after !== undefined) return change(path, before, after, why);
  return advice(
    '.circleci/config.yml could not be edited safely',
    `add a job with these steps, and no keys:\n\n${commands.join('\n')}`,
  );
}

function inFolder(commands: readonly string[], prefix = ''): readonly string[] {
  return prefix === '' ? commands : [`cd ${prefix.slice(0, -1)} && ${commands.join(' && ')}`];
}
