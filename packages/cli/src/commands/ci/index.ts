import type { CommandEntry } from '../index.ts';

/** The steps of the workflows that record, in their order. */
export const ciActions: readonly CommandEntry[] = [
  {
    name: 'context',
    group: 'ci',
    summary: 'says which branch and pull request a workflow run is about',
    load: () => import('./context.ts'),
  },
  {
    name: 'test',
    group: 'ci',
    summary: 'runs the tests of the project, or some of them, in a mode',
    load: () => import('./test.ts'),
  },
  {
    name: 'collect',
    group: 'ci',
    summary: 'puts cassettes that were recorded anew into a folder to be uploaded',
    load: () => import('./collect.ts'),
  },
  {
    name: 'accept',
    group: 'ci',
    summary: 'checks a folder of cassettes that another job made, and takes them over',
    load: () => import('./accept.ts'),
  },
  {
    name: 'push',
    group: 'ci',
    summary: 'commits cassettes, and nothing else, and pushes them to their branch',
    load: () => import('./push.ts'),
  },
  {
    name: 'comment',
    group: 'ci',
    summary: 'says in one comment on the pull request what became of its recordings',
    load: () => import('./comment.ts'),
  },
  {
    name: 'freshness',
    group: 'ci',
    summary: 'compares cassettes that were recorded anew with the old ones',
    load: () => import('./freshness.ts'),
  },
  {
    name: 'publish',
    group: 'ci',
    summary: 'opens or updates the pull request, or the issue, about freshness',
    load: () => import('./publish.ts'),
  },
];
