import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { git } from '../detect/git.ts';
import type { Project } from '../detect/project.ts';
import { change, type Step } from '../step.ts';

const attributes = [
  '# Cassettes of Reel: reviewed line by line, not counted as source; `git diff` shows them as transcripts.',
  '**/cassettes/**/*.jsonl text eol=lf linguist-generated=true diff=reel',
  '**/cassettes/**/*.blobs/** binary linguist-generated=true',
];

const ignored = [
  '# What a recording of Reel leaves while it runs, and when it was interrupted: not yet searched for secrets.',
  '**/cassettes/**/.*.journal',
  '**/cassettes/**/.*.tmp',
  '**/cassettes/**/*.jsonl.lock',
];

/** `.gitattributes`, `.gitignore`, and the setting by which git reads cassettes: git takes no commands from files of a repository. */
export function gitFiles(project: Project): Step[] {
  return [
    ...withLines(
      project,
      '.gitattributes',
      attributes,
      'line ends, generated marking and readable diffs of cassettes',
    ),
    ...withLines(project, '.gitignore', ignored, 'an interrupted recording is not committed'),
    ...setting(
      project,
      'diff.reel.textconv',
      `${project.git?.prefix ?? ''}node_modules/.bin/reel show --textconv`,
    ),
    ...setting(project, 'diff.reel.cachetextconv', 'true'),
  ];
}

/** The file with these lines, those that it lacks at its end. */
function withLines({ folder }: Project, name: string, lines: readonly string[], why: string): Step[] {
  const path = join(folder, name);
  const before = existsSync(path) ? readFileSync(path, 'utf8') : undefined;
  const missing = lines.filter((line) => !before?.split(/\r?\n/).includes(line));
  if (missing.length === 0) return [];
  const start = before === undefined || before === '' ? '' : before.endsWith('\n') ? before : `${before}\n`;
  return change(path, before, `${start}${start === '' ? '' : '\n'}${missing.join('\n')}\n`, why);
}

function setting({ folder, git: place }: Project, key: string, value: string): Step[] {
  if (place === undefined || git(folder, 'config', key) !== undefined) return [];
  return [
    { kind: 'git', folder, key, value, why: 'git diff shows cassettes as transcripts; in this clone only' },
  ];
}
