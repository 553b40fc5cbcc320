import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { git } from '../detect/git.ts';
import type { Project } from '../detect/project.ts';
import { change, type Step } from '../step.ts';

const lines = [
  '# Cassettes of Reel: reviewed line by line, not counted as source; `git diff` shows them as transcripts.',
  '**/cassettes/**/*.jsonl text eol=lf linguist-generated=true diff=reel',
  '**/cassettes/**/*.blobs/** binary linguist-generated=true',
];

/** `.gitattributes`, and the setting by which git reads cassettes: git takes no commands from files of a repository. */
export function gitFiles(project: Project): Step[] {
  const path = join(project.folder, '.gitattributes');
  const before = existsSync(path) ? readFileSync(path, 'utf8') : undefined;
  const missing = lines.filter((line) => !before?.split(/\r?\n/).includes(line));
  const start = before === undefined || before === '' ? '' : before.endsWith('\n') ? before : `${before}\n`;
  const after =
    missing.length === 0 ? (before ?? '') : `${start}${start === '' ? '' : '\n'}${missing.join('\n')}\n`;
  return [
    ...change(path, before, after, 'line ends, generated marking and readable diffs of cassettes'),
    ...setting(
      project,
      'diff.reel.textconv',
      `${project.git?.prefix ?? ''}node_modules/.bin/reel show --textconv`,
    ),
    ...setting(project, 'diff.reel.cachetextconv', 'true'),
  ];
}

function setting({ folder, git: place }: Project, key: string, value: string): Step[] {
  if (place === undefined || git(folder, 'config', key) !== undefined) return [];
  return [
    { kind: 'git', folder, key, value, why: 'git diff shows cassettes as transcripts; in this clone only' },
  ];
}
