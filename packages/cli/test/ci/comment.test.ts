import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { marker } from '../../src/ci/comment.ts';
import { reel, type Ran } from '../reel.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { stubGh, type Answer, type StubGh } from './stub-gh.ts';

const bot = 'github-actions[bot]';
const listed = (...comments: { id: number; body: string; login: string }[]): Answer => ({
  match: '^api --paginate repos/acme/app/issues/12/comments',
  stdout: comments.map((comment) => `${JSON.stringify(comment)}\n`).join(''),
});
const written: Answer = { match: '--method', stdout: '{}' };

async function comment(
  answers: readonly Answer[],
  ...words: readonly string[]
): Promise<Ran & { gh: StubGh; body: string | undefined; page: string }> {
  const gh = stubGh(answers);
  const cwd = temporaryFolder({
    page: '',
    'out/manifest.json': JSON.stringify({
      reelArtifact: 1,
      commit: 'a'.repeat(40),
      files: [{ path: 'cassettes/`@everyone` <b>.jsonl', bytes: 1, sha256: 'x' }],
    }),
  });
  const ran = await reel(['ci', 'comment', '--files=out', ...words], {
    cwd,
    env: { ...gh.env, GITHUB_RUN_ID: '77', GITHUB_STEP_SUMMARY: join(cwd, 'page') },
  });
  const call = gh.calls().find(({ words }) => words.includes('--method'));
  const body = call === undefined ? undefined : (JSON.parse(call.stdin) as { body: string }).body;
  return { ...ran, gh, body, page: readFileSync(join(cwd, 'page'), 'utf8') };
}

test('a fork gets one comment with the commands that take the recordings', async () => {
  const { code, gh, body, page } = await comment([listed(), written], '--pull-request=12', '--result=fork');

  expect(code).toBe(0);
  expect(body).toContain('gh run download 77 --repo acme/app --name reel-cassettes --dir ../reel-cassettes');
  expect(body).toContain('npx reel ci accept ../reel-cassettes');
  expect(body).toContain('`` cassettes/`@everyone` <b>.jsonl ``');
  expect(gh.calls().at(-1)!.words.slice(0, 4)).toEqual([
    'api',
    '--method',
    'POST',
    'repos/acme/app/issues/12/comments',
  ]);
  expect(page).toContain('gh run download');
});

test('the next run puts its words in the place of the old ones', async () => {
  const { gh, stderr } = await comment(
    [
      listed(
        { id: 1, body: `${marker}\nnot ours`, login: 'mallory' },
        { id: 2, body: 'a person', login: 'alice' },
        { id: 3, body: `${marker}\nold`, login: bot },
      ),
      written,
    ],
    '--pull-request=12',
    '--result=pushed',
    '--commit=abc',
  );

  expect(stderr).toContain('was updated');
  expect(
    gh
      .calls()
      .filter(({ words }) => words.includes('--method'))
      .map(({ words }) => words[3]),
  ).toEqual(['repos/acme/app/issues/comments/3']);
});

test('that nothing changed is worth no comment of its own, and replaces an old one', async () => {
  const words = ['--pull-request=12', '--result=nothing'];
  expect((await comment([listed(), written], ...words)).body).toBeUndefined();
  const old = { id: 3, body: `${marker}\nold`, login: bot };
  expect((await comment([listed(old), written], ...words)).body).toContain('nothing changed');
});

test('where a run may not comment, the page of the job says it', async () => {
  const forbidden = {
    match: '--method',
    code: 1,
    stderr: 'gh: Resource not accessible by integration (HTTP 403)',
  };
  const { code, stderr, page } = await comment([listed(), forbidden], '--pull-request=12', '--result=fork');

  expect({ code, isTold: stderr.includes('may not comment') }).toEqual({ code: 0, isTold: true });
  expect(page).toContain('npx reel ci accept');
});

test('without a pull request nobody is asked', async () => {
  const { code, gh, page } = await comment([], '--pull-request=', '--result=pushed', '--commit=abc');

  expect({ code, calls: gh.calls() }).toEqual({ code: 0, calls: [] });
  expect(page).toContain('committed as abc');
});

test('a step that ended without a result is told as a failure', async () => {
  expect((await comment([listed(), written], '--pull-request=12', '--result=')).body).toContain(
    'did not succeed',
  );
});

test('an answer of GitHub that is no refusal is an error', async () => {
  const broken = { match: '--method', code: 1, stderr: 'gh: HTTP 502' };
  expect((await comment([listed(), broken], '--pull-request=12', '--result=failed')).code).toBe(2);
});
