import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Project } from './project.ts';

export const ciNames = ['github', 'gitlab', 'circleci'] as const;

export type CIName = (typeof ciNames)[number];

const signs: Readonly<Record<CIName, string>> = {
  github: '.github',
  gitlab: '.gitlab-ci.yml',
  circleci: '.circleci',
};

/** Where CI looks for its files: the root of the repository. */
export function ciRoot({ folder, git }: Project): string {
  return git?.root ?? folder;
}

/** The CI systems that a repository has files for. */
export function detectCI(project: Project): CIName[] {
  return ciNames.filter((name) => existsSync(join(ciRoot(project), signs[name])));
}
