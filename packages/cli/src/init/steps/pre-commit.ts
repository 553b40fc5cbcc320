import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Project } from '../detect/project.ts';
import { editYaml } from '../edit-yaml.ts';
import { advice, change, type Step } from '../step.ts';

/** `reel check` on what is staged, in whatever runs the hooks of this repository already. */
export async function preCommit(project: Project): Promise<Step[]> {
  const { git, packageManager, folder } = project;
  const command = `${packageManager.run} reel check --staged`;
  const root = git?.root ?? folder;
  const at = (path: string): string => join(root, path);
  const inFolder =
    git === undefined || git.prefix === '' ? command : `(cd ${git.prefix.slice(0, -1)} && ${command})`;
  if (existsSync(at('.husky')) || project.dependsOn('husky')) {
    return shellHook(at('.husky/pre-commit'), inFolder, 'runs before every commit (husky)', '');
  }
  const lefthook = ['lefthook.yml', 'lefthook.yaml', '.lefthook.yml', '.lefthook.yaml'].find((name) =>
    existsSync(at(name)),
  );
  if (lefthook !== undefined) {
    return await yamlHook(at(lefthook), 'lefthook', (set) => {
      set(['pre-commit', 'commands', 'reel', 'run'], command);
      if (git !== undefined && git.prefix !== '') set(['pre-commit', 'commands', 'reel', 'root'], git.prefix);
    });
  }
  if (existsSync(at('.pre-commit-config.yaml'))) {
    return await yamlHook(at('.pre-commit-config.yaml'), 'pre-commit', (_set, add) => {
      add(['repos'], {
        repo: 'local',
        hooks: [
          {
            id: 'reel',
            name: 'reel check',
            entry: inFolder.startsWith('(') ? `sh -c "${inFolder}"` : command,
            language: 'system',
            files: '\\.jsonl$',
            pass_filenames: false,
          },
        ],
      });
    });
  }
  if (project.manifest['simple-git-hooks'] !== undefined) return simpleGitHooks(project, command);
  if (git === undefined) return [];
  const hook = join(git.hooks, 'pre-commit');
  const isTaken = git.hasOwnHooks || (existsSync(hook) && !readFileSync(hook, 'utf8').includes('reel check'));
  if (isTaken) return advice('a pre-commit hook is there already', `add this line to it: ${inFolder}`);
  return shellHook(hook, inFolder, 'runs before every commit, in this clone only', '#!/bin/sh\n');
}

function shellHook(path: string, command: string, why: string, head: string): Step[] {
  const before = existsSync(path) ? readFileSync(path, 'utf8') : undefined;
  if (before?.includes('reel check')) return [];
  const start = before === undefined ? head : before.endsWith('\n') || before === '' ? before : `${before}\n`;
  return change(path, before, `${start}${command}\n`, why, true);
}

type YamlEdit = Parameters<typeof editYaml>[1];

async function yamlHook(path: string, tool: string, edit: YamlEdit): Promise<Step[]> {
  const before = readFileSync(path, 'utf8');
  if (before.includes('reel check')) return [];
  const after = await editYaml(before, edit);
  if (after === undefined)
    return advice(`${path} could not be edited safely`, `add a ${tool} hook that runs: reel check --staged`);
  return change(path, before, after, `runs before every commit (${tool})`);
}

function simpleGitHooks(project: Project, command: string): Step[] {
  const before = project.read('package.json')!;
  if (before.includes('reel check')) return [];
  const document = JSON.parse(before) as Record<string, unknown>;
  const hooks = document['simple-git-hooks'];
  if (typeof hooks !== 'object' || hooks === null) {
    return advice('simple-git-hooks has its settings elsewhere', `add "pre-commit": "${command}" to them`);
  }
  const now = (hooks as Record<string, unknown>)['pre-commit'];
  const next = typeof now === 'string' && now !== '' ? `${now} && ${command}` : command;
  document['simple-git-hooks'] = { ...hooks, 'pre-commit': next };
  const indent = /^[ \t]+(?=")/m.exec(before)?.[0] ?? 2;
  const after = `${JSON.stringify(document, null, indent)}${before.endsWith('\n') ? '\n' : ''}`;
  return [
    ...change(
      join(project.folder, 'package.json'),
      before,
      after,
      'runs before every commit (simple-git-hooks)',
    ),
    ...advice(
      'simple-git-hooks installs hooks when it is told to',
      `${project.packageManager.run} simple-git-hooks`,
    ),
  ];
}
