import type { Project } from './project.ts';

export const runnerNames = ['vitest', 'jest', 'mocha', 'playwright'] as const;

export type RunnerName = (typeof runnerNames)[number];

interface RunnerSigns {
  readonly packages: readonly string[];
  readonly files: readonly string[];
  /** What starts it, when there is no script `test`. */
  readonly command: string;
}

const extensions = ['ts', 'mts', 'cts', 'js', 'mjs', 'cjs'];

export const runnerSigns: Readonly<Record<RunnerName, RunnerSigns>> = {
  vitest: {
    packages: ['vitest'],
    files: extensions.map((extension) => `vitest.config.${extension}`),
    command: 'vitest run',
  },
  jest: {
    packages: ['jest'],
    files: [...extensions, 'json'].map((extension) => `jest.config.${extension}`),
    command: 'jest',
  },
  mocha: {
    packages: ['mocha'],
    files: [
      '.mocharc.json',
      '.mocharc.jsonc',
      '.mocharc.yml',
      '.mocharc.yaml',
      '.mocharc.js',
      '.mocharc.cjs',
      '.mocharc.mjs',
    ],
    command: 'mocha',
  },
  playwright: {
    packages: ['@playwright/test'],
    files: extensions.map((extension) => `playwright.config.${extension}`),
    command: 'playwright test',
  },
};

/** The runners of a project, by what it depends on and by the config files it has. */
export function detectRunners(project: Project): RunnerName[] {
  return runnerNames.filter((name) => {
    const { packages, files } = runnerSigns[name];
    return packages.some((one) => project.dependsOn(one)) || project.first(files) !== undefined;
  });
}
