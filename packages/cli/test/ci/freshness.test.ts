import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { FreshnessReport } from '../../src/ci/freshness/report.ts';
import { call, cassette, chat, git, secret } from '../library-fixtures.ts';
import { reel, type Ran } from '../reel.ts';
import { temporaryFolder, writeFiles } from '../temporary-folder.ts';
import { greeting, remoteRepository, tape, type Remote } from './remote.ts';
import { stubGh, type Answer, type StubGh } from './stub-gh.ts';

const later = { recordedAt: '2026-12-20T10:00:00Z' };
const answer = (more: object): string =>
  cassette([call({ model: 'gpt-4o-mini', prompt: 'x' }, { id: 'a', ...more })], later);
const other = 'cassettes/chat/other.jsonl';

interface Looked extends Ran {
  readonly report: FreshnessReport;
  readonly page: string;
  readonly cwd: string;
  readonly remote: Remote;
}

/** Old cassettes in the repository, new ones in its clone. */
async function look(
  old: Readonly<Record<string, string>>,
  now: Readonly<Record<string, string>>,
  ...words: readonly string[]
): Promise<Looked> {
  const remote = remoteRepository(old);
  const cwd = remote.clone('main');
  writeFiles(cwd, now);
  const page = join(temporaryFolder(), 'page');
  const file = join(temporaryFolder(), 'report.json');
  const ran = await reel(['ci', 'freshness', '--out', file, ...words], {
    cwd,
    env: { GITHUB_STEP_SUMMARY: page },
  });
  return {
    ...ran,
    report: JSON.parse(readFileSync(file, 'utf8')) as FreshnessReport,
    page: readFileSync(page, 'utf8'),
    cwd,
    remote,
  };
}

describe('the report', () => {
  test('says in words what a provider changed, by severity', async () => {
    const old = { [tape]: answer({ created: 1, usage: { total: 3 } }), [other]: greeting('Hi') };
    const { code, report, page } = await look(old, {
      [tape]: answer({ created: 'today', usage: { total: 3 }, cost: 1 }),
    });

    expect(code).toBe(0);
    expect(report.verdict).toBe('drift');
    expect(page).toContain('## Recordings anew: 1 drift in 1 endpoint');
    expect(page).toMatch(
      /### What a program may stumble over\n\n- `POST api\.openai\.com\/v1\/chat\/completions`: `created is text/,
    );
    expect(page).toMatch(/### What is worth knowing\n\n- .+`cost is new/);
    expect(page).toContain(
      '### Tests with another recording (1; 0 recorded anew and the same)\n\n- `chat/greets`: 1 call',
    );
    expect(page).toContain(`### Not recorded anew, so nothing is known of them\n\n- \`${other}\``);
    expect(page).toMatch(/- Size: [\d.]+ kB before, [\d.]+ kB now\./);
    expect(page).toContain('- Secrets: none found.');
  });

  test('counts tokens and cost', async () => {
    const { page } = await look(
      { [tape]: greeting('Hello') },
      { [tape]: cassette([chat('Say hello', 'Hi')], later) },
    );
    expect(page).toMatch(
      /- Tokens: 1,000 in, 500 out, about \$0\.\d{4} before, 1,000 in, 500 out, about \$0\.\d{4} now\./,
    );
  });

  test('tells notes and freshness apart', async () => {
    const notes = await look({ [tape]: answer({}) }, { [tape]: answer({ cost: 1 }) });
    const fresh = await look({}, { [tape]: greeting('Another answer', '2026-12-20T10:00:00Z') });

    expect([notes.report.verdict, fresh.report.verdict]).toEqual(['notes', 'fresh']);
    expect([notes.code, fresh.code]).toEqual([0, 0]);
    expect(fresh.report.changed).toHaveLength(1);
  });

  test('knows a cassette that is the same but for its date', async () => {
    const { report } = await look({}, { [tape]: greeting('Hello', '2026-12-20T10:00:00Z') });
    expect({ changed: report.changed, same: report.same }).toEqual({ changed: [], same: 1 });
  });

  test('is red when nothing was recorded anew: that is not "nothing changed"', async () => {
    const { code, report, stderr } = await look({}, {});

    expect({ code, verdict: report.verdict }).toEqual({ code: 2, verdict: 'blind' });
    expect(stderr).toContain('could not look');
    expect(report.notLooked).toEqual([tape]);
  });

  test('is red when nothing could be compared', async () => {
    const elsewhere = cassette([call({}, {}, 'https://api.mistral.ai/v1/chat/completions')], later);
    expect((await look({}, { [tape]: elsewhere })).code).toBe(2);
    expect((await look({}, { 'cassettes/chat/new.jsonl': greeting('New') })).code).toBe(2);
    expect((await look({}, { [tape]: 'damaged\n' })).code).toBe(2);
  });

  test('is red when tests failed while they were recorded, and says what is known', async () => {
    const { code, report, page } = await look({}, { [tape]: greeting('Hi') }, '--outcome', 'failure');

    expect({ code, verdict: report.verdict }).toEqual({ code: 1, verdict: 'fresh' });
    expect(page).toContain('**some failed while they were recorded**');
  });

  test('is red when there is a secret, and does not show it', async () => {
    const { code, report, page, stdout } = await look({}, { [tape]: greeting(secret) });

    expect(code).toBe(1);
    expect(report.secrets).toBeGreaterThan(0);
    expect(page + stdout + JSON.stringify(report)).not.toContain(secret);
  });
});

const drifting = { old: { [tape]: answer({ created: 1 }) }, now: { [tape]: answer({ created: 'today' }) } };
const noting = { old: { [tape]: answer({}) }, now: { [tape]: answer({ cost: 1 }) } };

async function publish(
  looked: Looked,
  answers: readonly Answer[],
  ...words: readonly string[]
): Promise<Ran & { gh: StubGh; writes: readonly string[][] }> {
  const gh = stubGh(answers);
  const file = join(temporaryFolder({ 'report.json': JSON.stringify(looked.report) }), 'report.json');
  const ran = await reel(['ci', 'publish', '--report', file, '--base', 'main', '--folder=', ...words], {
    cwd: looked.cwd,
    env: gh.env,
  });
  const writes = gh
    .calls()
    .map(({ words }) => [...words])
    .filter(([, verb]) => verb === 'create' || verb === 'edit');
  return { ...ran, gh, writes };
}

const none: readonly Answer[] = [
  { match: 'list', stdout: '[]' },
  { match: 'pr create', stdout: 'https://github.com/acme/app/pull/3\n' },
  { match: 'pr edit' },
  { match: 'issue create', stdout: 'https://github.com/acme/app/issues/4\n' },
  { match: 'issue edit' },
];

describe('publishing', () => {
  test('opens a pull request with the cassettes when there is drift', async () => {
    const looked = await look(drifting.old, drifting.now);
    const { code, stderr, writes, gh } = await publish(looked, none);

    expect(stderr).toContain('the pull request was created: https://github.com/acme/app/pull/3');
    expect(code).toBe(0);
    expect(writes).toEqual([
      'pr create --repo acme/app --head reel/freshness --base main --title'
        .split(' ')
        .concat(['Recordings anew: 1 drift in 1 endpoint', '--body-file', '-']),
    ]);
    expect(gh.calls().at(-1)!.stdin).toContain('`created is text');
    expect(looked.remote.read('reel/freshness', tape)).toBe(drifting.now[tape]);
    expect(looked.remote.read('main', tape)).toBe(drifting.old[tape]);
  });

  test('updates the one that is open, from the base anew', async () => {
    const looked = await look(drifting.old, drifting.now);
    git(looked.remote.path, 'branch', 'reel/freshness', 'main');
    const open = {
      match: 'pr list.*--state open',
      stdout: '[{"number":3,"state":"OPEN","body":"","url":"u"}]',
    };
    const { stderr, writes } = await publish(looked, [...none, open]);

    expect(stderr).toContain('the pull request was updated: u');
    expect(writes.map((words) => words.slice(0, 3))).toEqual([['pr', 'edit', '3']]);
    expect(looked.remote.log('reel/freshness')).toEqual(['Recordings anew: 1 drift in 1 endpoint', 'first']);
  });

  test('does not open again what somebody closed', async () => {
    const looked = await look(drifting.old, drifting.now);
    const first = await publish(looked, none);
    const body = first.gh.calls().at(-1)!.stdin;
    git(looked.remote.path, 'branch', '-D', 'reel/freshness');
    git(looked.cwd, 'reset', '-q', '--soft', 'origin/main');
    const closed = (state: string): Answer => ({
      match: 'pr list.*--state closed',
      stdout: JSON.stringify([{ number: 3, state, body, url: 'u' }]),
    });

    const rejected = await publish(looked, [...none, closed('CLOSED')]);
    expect(rejected.stderr).toContain('was closed: nothing is opened again');
    expect(rejected.writes).toEqual([]);
    expect((await publish(looked, [...none, closed('MERGED')])).writes).toHaveLength(1);
  });

  test('opens an issue when there are only notes, and pushes nothing', async () => {
    const looked = await look(noting.old, noting.now);
    const { stderr, writes } = await publish(looked, none);

    expect(stderr).toContain('the issue was created');
    expect(writes.map((words) => words.slice(0, 2))).toEqual([['issue', 'create']]);
    expect(looked.remote.read('reel/freshness', tape)).toBeUndefined();
  });

  test('updates its own issue, and nobody else’s', async () => {
    const looked = await look(noting.old, noting.now);
    const marker = '<!-- reel: freshness -->';
    const list: Answer = {
      match: 'issue list',
      stdout: JSON.stringify([
        {
          number: 7,
          state: 'OPEN',
          body: marker,
          url: 'theirs',
          author: { login: 'mallory', is_bot: false },
        },
        {
          number: 8,
          state: 'OPEN',
          body: marker,
          url: 'ours',
          author: { login: 'app/github-actions', is_bot: true },
        },
      ]),
    };
    const { stderr, writes } = await publish(looked, [...none, list]);

    expect(stderr).toContain('the issue was updated: ours');
    expect(writes.map((words) => words.slice(0, 3))).toEqual([['issue', 'edit', '8']]);
  });

  test('has nothing to say when everything is as it was, unless recordings are to be renewed', async () => {
    const looked = await look({}, { [tape]: greeting('Hello', '2026-12-20T10:00:00Z') });
    const quiet = await publish(looked, none);
    expect({ code: quiet.code, calls: quiet.gh.calls() }).toEqual({ code: 0, calls: [] });

    const always = await publish(looked, none, '--always');
    expect(always.writes.map((words) => words.slice(0, 2))).toEqual([['pr', 'create']]);
    expect(looked.remote.read('reel/freshness', tape)).toContain('2026-12-20');
  });

  test('refuses a report that knows nothing', async () => {
    expect((await publish(await look({}, {}), none)).code).toBe(2);
  });

  test('keeps text of recordings out of Markdown', async () => {
    const looked = await look(drifting.old, drifting.now);
    const evil = {
      ...looked.report,
      changed: [{ test: 'a`](http://evil) @everyone', cassette: 'c', calls: 1 }],
    };
    const { gh } = await publish({ ...looked, report: evil }, none);
    expect(gh.calls().at(-1)!.stdin).toContain('- `` a`](http://evil) @everyone ``: 1 call');
  });

  test('says what is missing when there is nothing to push', async () => {
    const looked = await look(drifting.old, drifting.now);
    rmSync(join(looked.cwd, tape));
    git(looked.cwd, 'checkout', '-q', '--', tape);
    expect((await publish(looked, none)).stderr).toContain('run reel ci accept before');
  });
});
