import { join } from 'node:path';
import type { Project } from '../detect/project.ts';
import type { RunnerName } from '../detect/runners.ts';
import { change, type Step } from '../step.ts';

const names = ['ts', 'mts', 'cts', 'js', 'mjs', 'cjs', 'json'].map((ending) => `reel.config.${ending}`);

/** `reel.config.*`, unless there is one. */
export function reelConfig(project: Project, runners: readonly RunnerName[]): Step[] {
  if (project.first(names) !== undefined) return [];
  // The types alone: nothing is loaded, so that it works where a package manager hides what is not depended on.
  const source = runners[0] === undefined ? '@reel/core' : `@reel/${runners[0]}`;
  const body = [
    `  // Replays unless told otherwise: \`reel record -- <test command>\` records.`,
    `  // Recordings that a passing test did not use: 'ignore', 'warn' or 'fail'.`,
    `  unused: 'warn',`,
    // Two runners share recordings of the same test only in one folder.
    ...(runners.length > 1
      ? [`  // One folder for all runners, so that they share cassettes.`, `  dir: 'cassettes',`]
      : []),
  ];
  const text = project.hasTypeScript
    ? [
        `import type { ReelOptions } from '${source}';`,
        '',
        'export default {',
        ...body,
        '} satisfies ReelOptions;',
        '',
      ]
    : [`/** @type {import('${source}').ReelOptions} */`, 'export default {', ...body, '};', ''];
  const extension = `${project.isModule ? '' : 'm'}${project.hasTypeScript ? 'ts' : 'js'}`;
  const path = join(project.folder, `reel.config.${extension}`);
  return change(path, undefined, text.join('\n'), 'options of Reel, all of them optional');
}
