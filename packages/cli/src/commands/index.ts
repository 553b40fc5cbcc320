import type { Command } from '../frame/command.ts';
import { ciActions } from './ci/index.ts';

/** Titles of the groups in `reel --help`, in order. */
export const groups = {
  start: 'start',
  run: 'run',
  look: 'look at cassettes',
  care: 'take care of cassettes',
  exchange: 'exchange with other tools',
  ci: 'continuous integration',
} as const;

export interface CommandEntry {
  readonly name: string;
  /** One line. */
  readonly summary: string;
  readonly group: keyof typeof groups;
  /** Commands are loaded when they are called: `reel --help` loads none. */
  readonly load: () => Promise<{ readonly command: Command }>;
  /** Commands below this one: `reel ci push`. The command itself then only lists them. */
  readonly actions?: readonly CommandEntry[];
}

/** Every command, in the order of the help. */
export const commands: readonly CommandEntry[] = [
  {
    name: 'init',
    group: 'start',
    summary: 'sets Reel up in this project: config, runner, git, pre-commit hook, CI',
    load: () => import('./init.ts'),
  },
  {
    name: 'run',
    group: 'run',
    summary: 'runs a test command in a mode of your choice',
    load: () => import('./run.ts'),
  },
  {
    name: 'record',
    group: 'run',
    summary: 'runs a test command and records anew what its tests call',
    load: () => import('./record.ts'),
  },
  {
    name: 'replay',
    group: 'run',
    summary: 'runs a test command on recorded traffic only',
    load: () => import('./replay.ts'),
  },
  {
    name: 'verify',
    group: 'run',
    summary: 'runs a test command against the providers and compares their answers with the tapes',
    load: () => import('./verify.ts'),
  },
  {
    name: 'exec',
    group: 'run',
    summary: 'runs any program, in any language, on one cassette, through a proxy',
    load: () => import('./exec.ts'),
  },
  {
    name: 'proxy',
    group: 'run',
    summary: 'starts the proxy and keeps it running',
    load: () => import('./proxy.ts'),
  },
  {
    name: 'ls',
    group: 'look',
    summary: 'lists cassettes with what is on them',
    load: () => import('./ls.ts'),
  },
  {
    name: 'show',
    group: 'look',
    summary: 'shows a cassette as a readable transcript',
    load: () => import('./show.ts'),
  },
  {
    name: 'stats',
    group: 'look',
    summary: 'counts calls, tokens and cost by model and test',
    load: () => import('./stats.ts'),
  },
  {
    name: 'diff',
    group: 'look',
    summary: 'says in words what changed between two cassettes',
    load: () => import('./diff.ts'),
  },
  {
    name: 'check',
    group: 'care',
    summary: 'looks for secrets, damage and unfinished recordings; for pre-commit and CI',
    load: () => import('./check.ts'),
  },
  {
    name: 'drift',
    group: 'care',
    summary: 'compares the shapes of answers in two recordings, by severity',
    load: () => import('./drift.ts'),
  },
  {
    name: 'stale',
    group: 'care',
    summary: 'names recordings that are older than they should be',
    load: () => import('./stale.ts'),
  },
  {
    name: 'prune',
    group: 'care',
    summary: 'removes recordings that no test used in a whole green run',
    load: () => import('./prune.ts'),
  },
  {
    name: 'normalize',
    group: 'care',
    summary: 'applies the rules of normalization to existing cassettes',
    load: () => import('./normalize.ts'),
  },
  {
    name: 'redact',
    group: 'care',
    summary: 'applies the rules of redaction to existing cassettes',
    load: () => import('./redact.ts'),
  },
  {
    name: 'upgrade',
    group: 'care',
    summary: 'rewrites cassettes in the newest format',
    load: () => import('./upgrade.ts'),
  },
  {
    name: 'merge',
    group: 'care',
    summary: 'puts the recordings of several cassettes or run receipts together',
    load: () => import('./merge.ts'),
  },
  {
    name: 'import',
    group: 'exchange',
    summary: 'reads recordings of other tools and writes cassettes',
    load: () => import('./import.ts'),
  },
  {
    name: 'export',
    group: 'exchange',
    summary: 'writes cassettes as HAR, vcrpy or nock recordings',
    load: () => import('./export.ts'),
  },
  {
    name: 'rerecord',
    group: 'ci',
    summary: 'records the tests of this branch anew on GitHub, with the keys that are there',
    load: () => import('./rerecord.ts'),
  },
  {
    name: 'ci',
    group: 'ci',
    summary: 'the steps of the workflows that record: context, test, collect, accept, push, comment...',
    load: () => import('./ci.ts'),
    actions: ciActions,
  },
];
