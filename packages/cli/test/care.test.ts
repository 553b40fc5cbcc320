import { chmodSync, existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { call, cassette, chat, commitAll, git, receipt, secret, streamed } from './library-fixtures.ts';
import { reel } from './reel.ts';
import { temporaryFolder, writeFiles } from './temporary-folder.ts';

const good = cassette([chat('Hi', 'Hello'), streamed('Hi', ['Hel', 'lo'])]);

describe('reel check', () => {
  test('has nothing to say of good cassettes', async () => {
    const cwd = temporaryFolder({ 'cassettes/a.jsonl': good, 'x/cassettes/b.jsonl': good });
    expect(await reel(['check'], { cwd })).toEqual({
      code: 0,
      stdout: '',
      stderr: '2 cassettes checked, nothing wrong\n',
    });
    const empty = temporaryFolder();
    expect(await reel(['check'], { cwd: empty })).toEqual({
      code: 0,
      stdout: '',
      stderr: `no cassettes to check below ${empty}\n`,
    });
  });

  test('names what is wrong with each file and what to do, and no secret', async () => {
    const cwd = temporaryFolder({
      'cassettes/cut.jsonl': cassette([streamed('Hi', ['Hel'], false)]),
      'cassettes/empty.jsonl': '',
      'cassettes/key.jsonl': cassette([chat(`use ${secret} please`, 'no')]),
      'cassettes/key-in-garbage.jsonl': `nonsense ${secret}\n`,
      'cassettes/lfs.jsonl': 'version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n',
      'cassettes/big.jsonl': cassette([chat('x'.repeat(9000), 'y')]),
    });
    const { code, stdout, stderr } = await reel(['check', '--max-size', '8kB'], { cwd });

    expect(code).toBe(1);
    expect(stderr).toBe('6 cassettes checked, 7 findings\n');
    expect(stdout).not.toContain(secret);
    expect(stdout).not.toContain(secret.slice(-12));
    expect(stdout.split('\n')).toEqual(
      expect.arrayContaining([
        'cassettes/big.jsonl',
        '  too-large  The cassette has 9.6 kB with its blobs; at most 8.0 kB are allowed.',
        '  incomplete-stream  The stream of interaction 1 ends before the last event that openai always sends.',
        '  damaged  The cassette cannot be read: the file is empty.',
        expect.stringMatching(
          /^ {2}secret {2}line 2: Something that looks like a secret stands at json\.messages\[0\]\.content \(.+\)\.$/,
        ),
        '  lfs-pointer  line 1: The cassette cannot be read: the file is a Git LFS pointer, its content was not fetched.',
        expect.stringContaining('git lfs pull'),
      ]),
    );
    const document = JSON.parse((await reel(['check', '--json', '--no-cache'], { cwd })).stdout) as {
      errors: number;
      findings: object[];
    };
    expect(document).toMatchObject({ files: 6, unchanged: 0, errors: 6 });
    expect(JSON.stringify(document)).not.toContain(secret);
    expect(document.findings[0]).toMatchObject({
      where: 'cassettes/cut.jsonl',
      kind: 'incomplete-stream',
      severity: 'error',
      interaction: 1,
    });
  });

  test('finds the values of secret variables in any text, and never says them', async () => {
    const value = `h7Kq${'x9Tz'.repeat(5)}`;
    const cwd = temporaryFolder({ 'cassettes/a.jsonl': cassette([chat(`the password is ${value}`, 'ok')]) });
    expect((await reel(['check'], { cwd })).code).toBe(0);
    const { code, stdout, stderr } = await reel(['check'], { cwd, env: { HOUSE_API_KEY: value } });
    expect(code).toBe(1);
    expect(stdout).toContain('known-value');
    expect(stdout + stderr).not.toContain(value);
  });

  test('lets be what somebody looked at, by its fingerprint', async () => {
    const cwd = temporaryFolder({
      'cassettes/a.jsonl': cassette([chat(`a sample: ${secret} in prose`, 'ok')]),
    });
    const found = await reel(['check', '--fingerprints', '--json'], { cwd });
    expect(found.stdout).not.toContain(secret);
    const { findings } = JSON.parse(found.stdout) as { findings: { rule: string; fingerprint: string }[] };
    expect(findings[0]!.fingerprint).toMatch(/^sha256:[0-9a-f]{16}$/);
    const allow = findings.map(({ rule, fingerprint }) => ({ rule, value: fingerprint, reason: 'a sample' }));
    writeFiles(cwd, { 'reel.config.json': JSON.stringify({ redact: { allow } }) });
    expect(await reel(['check'], { cwd })).toMatchObject({ code: 0 });
  });

  test('looks at staged content with --staged', async () => {
    const cwd = temporaryFolder({
      'cassettes/a.jsonl': cassette([chat(`use ${secret}`, 'no')]),
      'other.jsonl': '{}\n',
      'cassettes/later.jsonl': good,
    });
    git(cwd, 'init', '-q');
    git(cwd, 'add', 'cassettes/a.jsonl', 'other.jsonl');
    writeFiles(cwd, { 'cassettes/a.jsonl': good, 'cassettes/later.jsonl': 'damaged, and not staged' });
    const found = await reel(['check', '--staged'], { cwd });
    expect(found).toMatchObject({ code: 1, stderr: '1 cassette checked, 1 finding\n' });
    git(cwd, 'add', 'cassettes/a.jsonl');
    expect((await reel(['check', '--staged'], { cwd })).code).toBe(0);
    expect((await reel(['check', '--staged'], { cwd: temporaryFolder() })).stderr).toContain(
      'REEL_GIT_FAILED',
    );
    expect((await reel(['check', '--staged', 'x'], { cwd })).code).toBe(2);
    expect((await reel(['check', '--max-size', 'big'], { cwd })).code).toBe(2);
  });

  test('tells a note from a finding, and finds what was left around cassettes', async () => {
    const cut = {
      ...streamed('Hi', ['Hel'], false),
      ending: { kind: 'aborted', by: 'upstream', code: 'ECONNRESET' } as const,
    };
    const cwd = temporaryFolder({ 'cassettes/a.jsonl': cassette([cut]) });
    expect(await reel(['check'], { cwd })).toMatchObject({
      code: 0,
      stderr: '1 cassette checked, nothing wrong, 1 note\n',
      stdout: expect.stringContaining('note cut') as string,
    });
    writeFiles(cwd, { 'cassettes/b.blobs/0123456789abcdef0123456789abcdef.bin': 'x' });
    expect(await reel(['check'], { cwd })).toMatchObject({
      code: 1,
      stdout: expect.stringContaining('The cassette of this blob, b.jsonl, does not exist.') as string,
    });
  });

  test('says that a config is broken', async () => {
    const cwd = temporaryFolder({ 'reel.config.json': '{"redcat":{}}' });
    const { code, stderr } = await reel(['check'], { cwd });
    expect(code).toBe(2);
    expect(stderr).toContain('did you mean redact');
  });
});

const answer = (id: string): ReturnType<typeof call> => {
  const one = chat('Hi', 'Hello');
  const body = Buffer.from(one.chunks[0]!.bytes).toString('utf8').replace('chatcmpl-1', id);
  return {
    ...one,
    response: {
      status: 200,
      headers: [
        ['content-type', 'application/json'],
        ['x-request-id', `req_${id}`],
      ],
    },
    chunks: [{ bytes: Buffer.from(body) }],
  };
};

describe('reel normalize, redact and upgrade', () => {
  test('normalize says what it changes, changes it once, and leaves the rest as it is', async () => {
    const cwd = temporaryFolder({
      'cassettes/a.jsonl': cassette([answer('chatcmpl-B9MHDbslfkBeAs8l4bebGdFOJ6PeG')]),
      'cassettes/b.jsonl': cassette([]),
    });
    const read = (name: string): string => readFileSync(join(cwd, 'cassettes', name), 'utf8');
    const [a, b] = [read('a.jsonl'), read('b.jsonl')];
    const planned = await reel(['normalize', '--dry-run'], { cwd });
    expect(planned).toEqual({
      code: 1,
      stdout: 'cassettes/a.jsonl\n  interaction 1: response header x-request-id, response body\n',
      stderr: '1 of 2 cassettes would change\n',
    });
    expect(read('a.jsonl')).toBe(a);

    expect(await reel(['normalize'], { cwd })).toEqual({
      ...planned,
      code: 0,
      stderr: '1 of 2 cassettes changed\n',
    });
    expect(read('a.jsonl')).not.toContain('B9MHDbslfkBeAs8l4bebGdFOJ6PeG');
    expect(read('b.jsonl')).toBe(b);
    expect(await reel(['normalize'], { cwd })).toEqual({
      code: 0,
      stdout: '',
      stderr: '0 of 2 cassettes changed\n',
    });
    expect(readdirSync(join(cwd, 'cassettes'))).toEqual(['a.jsonl', 'b.jsonl']);
  });

  test('normalize respects the config', async () => {
    const cwd = temporaryFolder({ 'reel.config.json': '{"normalize":false}' });
    expect((await reel(['normalize'], { cwd })).stderr).toContain('normalize: false');
  });

  test('redact takes secrets out, by rules of the config too, and prints none', async () => {
    const cwd = temporaryFolder({
      'cassettes/a.jsonl': cassette([chat(`see ${secret} there`, 'house-secret-1234')]),
      'reel.config.json': '{"redact":{"secrets":["house-secret-1234"]}}',
    });
    const planned = await reel(['redact', '--dry-run', '--json'], { cwd });
    expect(planned.code).toBe(1);
    expect(JSON.parse(planned.stdout)).toEqual({
      dryRun: true,
      cassettes: [
        {
          file: 'cassettes/a.jsonl',
          changed: true,
          changes: ['interaction 1: request body, response body (1 x openai-key, 1 x configured-value)'],
        },
      ],
    });
    const done = await reel(['redact'], { cwd });
    expect(done.code).toBe(0);
    for (const text of [
      planned.stdout,
      done.stdout,
      done.stderr,
      readFileSync(join(cwd, 'cassettes/a.jsonl'), 'utf8'),
    ]) {
      expect(text).not.toContain(secret);
      expect(text).not.toContain('house-secret-1234');
    }
    expect((await reel(['check'], { cwd })).code).toBe(0);
  });

  test.for(['normalize', 'redact', 'upgrade'])(
    '%s names bad files, goes on, and ends with 1',
    async (name) => {
      const cwd = temporaryFolder({
        'cassettes/a.jsonl': 'garbage',
        'cassettes/b.jsonl': good,
        'cassettes/c.jsonl': '',
      });
      const { code, stdout, stderr } = await reel([name], { cwd });
      expect({ code, stderr }).toMatchObject({
        code: 1,
        stderr: expect.stringContaining('2 need a look') as string,
      });
      expect(stdout).toContain('REEL_CASSETTE_DAMAGED');
      expect(readFileSync(join(cwd, 'cassettes/a.jsonl'), 'utf8')).toBe('garbage');
    },
  );

  test('a read-only cassette is not written', async () => {
    const cwd = temporaryFolder({ 'cassettes/a.jsonl': cassette([chat(`see ${secret}`, 'ok')]) });
    chmodSync(join(cwd, 'cassettes/a.jsonl'), 0o444);
    const { code, stdout } = await reel(['redact'], { cwd });
    expect(code).toBe(1);
    expect(stdout).toContain('the file is read-only');
  });

  test('upgrade leaves the current format, and names a newer one', async () => {
    const cwd = temporaryFolder({ 'cassettes/a.jsonl': good });
    expect(await reel(['upgrade'], { cwd })).toEqual({
      code: 0,
      stdout: '',
      stderr: '0 of 1 cassette changed\n',
    });
    writeFiles(cwd, { 'cassettes/a.jsonl': good.replace('"reel":1', '"reel":2') });
    expect(await reel(['upgrade'], { cwd })).toMatchObject({
      code: 1,
      stdout: expect.stringContaining('REEL_CASSETTE_VERSION') as string,
    });
  });
});

describe('reel prune', () => {
  const two = cassette([chat('a', '1'), chat('b', '2')]);
  const bytes = Buffer.byteLength(two);

  function project(more: object = {}): string {
    return temporaryFolder({
      'cassettes/chat/used.jsonl': two,
      'cassettes/chat/half.jsonl': two,
      'cassettes/gone/orphan.jsonl': two,
      'node_modules/.cache/reel/receipt-vitest.json': receipt(
        {
          'cassettes/chat/used.jsonl': { bytes, interactions: 2, used: [0, 1] },
          'cassettes/chat/half.jsonl': { bytes, interactions: 2, used: [1] },
        },
        more,
      ),
    });
  }

  test('lists what no test used and deletes nothing, unless told to', async () => {
    const cwd = project();
    const planned = await reel(['prune'], { cwd });
    expect(planned).toEqual({
      code: 1,
      stdout: `cassettes that no test asks for
  cassettes/gone/orphan.jsonl  (2 recordings)

cassettes with recordings that no test asks for
  cassettes/chat/half.jsonl  (1 of 2)
`,
      stderr: '3 recordings in 2 cassettes not used; --write removes them\n',
    });
    expect(existsSync(join(cwd, 'cassettes/gone/orphan.jsonl'))).toBe(true);
    expect(JSON.parse((await reel(['prune', '--json'], { cwd })).stdout)).toMatchObject({
      written: false,
      orphans: [{ file: 'cassettes/gone/orphan.jsonl', removed: [1, 2] }],
      unused: [{ removed: [1] }],
    });

    expect(await reel(['prune', '--write'], { cwd })).toMatchObject({
      code: 0,
      stderr: '3 recordings in 2 cassettes removed\n',
    });
    expect(existsSync(join(cwd, 'cassettes/gone/orphan.jsonl'))).toBe(false);
    expect((await reel(['show', 'cassettes/chat/half.jsonl'], { cwd })).stdout).toContain('1 interaction');
  });

  test.for([
    { more: { green: false }, says: 'not green' },
    { more: { partial: ['name filter'] }, says: 'not whole (name filter)' },
    { more: { shard: '1/2', partial: ['shard 1/2'] }, says: 'shard 2/2 of vitest missing' },
  ])('refuses after a run with $more', async ({ more, says }) => {
    const { code, stderr } = await reel(['prune', '--write'], { cwd: project(more) });
    expect(code).toBe(2);
    expect(stderr).toContain('REEL_PRUNE_REFUSED');
    expect(stderr).toContain(says);
  });

  test('refuses without a receipt, with one that is none, and when a cassette changed', async () => {
    expect((await reel(['prune'], { cwd: temporaryFolder() })).stderr).toContain(
      'there is no receipt of a run',
    );
    const cwd = project();
    writeFiles(cwd, { 'bad.json': '{' });
    expect(await reel(['prune', '--receipt', 'bad.json'], { cwd })).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('REEL_RECEIPT_UNREADABLE') as string,
    });
    writeFiles(cwd, { 'cassettes/chat/used.jsonl': good });
    expect(await reel(['prune', '--write'], { cwd })).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('cassettes/chat/used.jsonl') as string,
    });
  });

  test('has nothing to do when all is used', async () => {
    const cwd = temporaryFolder({
      'cassettes/a/x.jsonl': two,
      '.reel/receipt-jest.json': receipt({ 'cassettes/a/x.jsonl': { bytes, interactions: 2, used: [0, 1] } }),
    });
    expect(await reel(['prune'], { cwd })).toEqual({
      code: 0,
      stdout: '',
      stderr: 'every recording was used\n',
    });
  });
});

describe('reel stale', () => {
  test('warns softly, fails hard', async () => {
    const recordedAt = `${new Date(Date.now() - 40 * 86_400_000).toISOString().slice(0, 19)}Z`;
    const cwd = temporaryFolder({
      'cassettes/old.jsonl': cassette([chat('a', 'b')], { recordedAt }),
      'cassettes/new.jsonl': cassette([], { recordedAt: `${new Date().toISOString().slice(0, 19)}Z` }),
    });
    const soft = await reel(['stale', '--max-age', '30d', '--hard', '90d'], { cwd });
    expect(soft).toMatchObject({ code: 0, stderr: '1 of 2 cassettes older than 30d, 0 older than 90d\n' });
    expect(soft.stdout).toMatch(/40d {2}\d{4}-\d\d-\d\d {2}cassettes\/old\.jsonl {2}openai\n$/);
    expect((await reel(['stale', '--max-age', '1w', '--hard', '30d'], { cwd })).code).toBe(1);
    expect(JSON.parse((await reel(['stale', '--max-age', '30d', '--json'], { cwd })).stdout)).toMatchObject({
      cassettes: 2,
      stale: [{ file: 'cassettes/old.jsonl', ageInDays: 40, severity: 'warning' }],
    });
  });

  test.for([
    { words: [], says: '--max-age 30d' },
    { words: ['--max-age', '30'], says: '--max-age takes an age' },
    { words: ['--max-age', '30d', '--hard', '7d'], says: '--hard is less than --max-age' },
  ])('reel stale $words is refused', async ({ words, says }) => {
    const { code, stderr } = await reel(['stale', ...words], { cwd: temporaryFolder() });
    expect({ code, stderr }).toMatchObject({ code: 2, stderr: expect.stringContaining(says) as string });
  });
});

describe('reel drift', () => {
  const answers = (body: object): string =>
    cassette([call({ model: 'm', messages: [] }, { id: 'x', model: 'm', choices: [], ...body })]);
  const before = answers({ usage: { prompt_tokens: 1, note: 'a' } });
  const after = answers({ usage: { prompt_tokens: '1' }, extra: true });

  test('tells errors from notes, between files and folders', async () => {
    const cwd = temporaryFolder({ 'old/a.jsonl': before, 'new/a.jsonl': after });
    for (const [from, to] of [
      ['old', 'new'],
      ['old/a.jsonl', 'new/a.jsonl'],
    ] as const) {
      const { code, stdout, stderr } = await reel(['drift', from, to], { cwd });
      expect(code).toBe(1);
      expect(stdout).toMatch(/^ {2}error {2}.*prompt_tokens/m);
      expect(stdout).toMatch(/^ {2}error {2}.*note/m);
      expect(stdout).toMatch(/^ {2}note {3}.*extra/m);
      expect(stderr).toMatch(/1 endpoint compared, 2 errors, 1 note/);
    }
    expect((await reel(['drift', 'old', 'old'], { cwd })).code).toBe(0);
    expect(JSON.parse((await reel(['drift', '--json', 'old', 'new'], { cwd })).stdout)).toMatchObject({
      errors: 2,
      problems: [],
    });
  });

  test('compares with the past in git', async () => {
    const cwd = temporaryFolder({ 'cassettes/a.jsonl': before });
    commitAll(cwd);
    expect((await reel(['drift', '--rev', 'HEAD'], { cwd })).code).toBe(0);
    writeFiles(cwd, { 'cassettes/a.jsonl': after, 'cassettes/added.jsonl': before });
    expect((await reel(['drift', '--rev', 'HEAD'], { cwd })).code).toBe(1);
    expect((await reel(['drift', '--rev', 'HEAD', 'cassettes/a.jsonl'], { cwd })).code).toBe(1);
  });

  test('fails when there is nothing to compare, and names what it cannot read', async () => {
    const cwd = temporaryFolder({
      'cassettes/a.jsonl': before,
      'b/cassettes/b.jsonl': 'garbage',
      'c/x.txt': '',
    });
    expect(await reel(['drift', 'cassettes', 'c'], { cwd })).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('nothing could be compared') as string,
    });
    expect(await reel(['drift', 'cassettes', 'b'], { cwd })).toMatchObject({
      code: 2,
      stdout: expect.stringContaining('b/cassettes/b.jsonl: ') as string,
    });
    expect((await reel(['drift', 'cassettes'], { cwd })).code).toBe(2);
  });
});

describe('reel merge', () => {
  test('puts two recordings of a test together', async () => {
    const cwd = temporaryFolder({
      'a.jsonl': cassette([chat('one', '1'), chat('two', 'old')]),
      'b.jsonl': cassette([chat('two', 'new'), chat('three', '3')], { recordedAt: '2026-12-01T00:00:00Z' }),
    });
    const { code, stdout } = await reel(['merge', 'a.jsonl', 'b.jsonl', '--out', 'cassettes/c.jsonl'], {
      cwd,
    });
    expect({ code, stdout }).toEqual({
      code: 0,
      stdout:
        'cassettes/c.jsonl  (2 merged, 3 recordings)\n  other answers, newest kept  POST api.openai.com/v1/chat/completions\n',
    });
    const shown = (await reel(['show', 'cassettes/c.jsonl'], { cwd })).stdout;
    expect(shown.match(/^\[user\]\n.*$/gm)).toEqual(['[user]\none', '[user]\ntwo', '[user]\nthree']);
    expect(shown).toContain('[assistant]\nnew');
  });

  test('merges the folders of shards, and names what it cannot', async () => {
    const cwd = temporaryFolder({
      's1/cassettes/a.jsonl': cassette([chat('one', '1')]),
      's2/cassettes/a.jsonl': cassette([chat('two', '2')]),
      's2/cassettes/b.jsonl': good,
      's1/cassettes/bad.jsonl': 'garbage',
    });
    const { code, stdout } = await reel(['merge', 's1', 's2', '--out', 'all', '--json'], { cwd });
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toEqual({
      written: [
        { file: 'all/cassettes/a.jsonl', from: 2, interactions: 2, contested: [] },
        { file: 'all/cassettes/b.jsonl', from: 1, interactions: 2, contested: [] },
      ],
      problems: [
        { file: 's1/cassettes/bad.jsonl', code: 'REEL_CASSETTE_DAMAGED', what: expect.any(String) as string },
      ],
    });
    expect(readFileSync(join(cwd, 'all/cassettes/b.jsonl'), 'utf8')).toBe(good);
  });

  test('merges receipts of shards into one that prune believes', async () => {
    const use = (used: number[]) => ({
      'cassettes/a/x.jsonl': { bytes: Buffer.byteLength(good), interactions: 2, used },
    });
    const cwd = temporaryFolder({
      'cassettes/a/x.jsonl': good,
      '1.json': receipt(use([0]), { shard: '1/2', partial: ['shard 1/2'] }),
      '2.json': receipt(use([1]), { shard: '2/2', partial: ['shard 2/2'] }),
    });
    expect((await reel(['merge', '1.json', '2.json', '--out', 'all.json'], { cwd })).code).toBe(0);
    expect(await reel(['prune', '--receipt', 'all.json'], { cwd })).toMatchObject({
      code: 0,
      stderr: 'every recording was used\n',
    });
  });

  test('is a merge driver of git', async () => {
    const cwd = temporaryFolder({
      'cassettes/a.jsonl': cassette([chat('one', '1')]),
      '.gitattributes': '*.jsonl merge=reel\n',
    });
    const script = new URL('../src/main.ts', import.meta.url).pathname;
    commitAll(cwd);
    git(
      cwd,
      'config',
      'merge.reel.driver',
      `'${process.execPath}' --disable-warning=ExperimentalWarning '${script}' merge --driver %O %A %B %P`,
    );
    const branch = (name: string, text: string): void => {
      git(cwd, 'checkout', '-q', '-b', name, 'main');
      writeFileSync(join(cwd, 'cassettes/a.jsonl'), text);
      git(cwd, 'commit', '-q', '-am', name);
    };
    branch('ours', cassette([chat('one', '1'), chat('two', '2')]));
    branch('broken', 'garbage\n');
    branch(
      'theirs',
      cassette([chat('one', 'one'), chat('three', '3')], { recordedAt: '2026-12-01T00:00:00Z' }),
    );
    git(cwd, 'merge', '-q', 'ours', '-m', 'both');
    const shown = (await reel(['show', 'cassettes/a.jsonl'], { cwd })).stdout;
    expect(shown.match(/^\[user\]\n.*$/gm)).toEqual(['[user]\none', '[user]\nthree', '[user]\ntwo']);
    expect(shown).toContain('[assistant]\none');

    expect(() => git(cwd, 'merge', '-q', 'broken', '-m', 'x')).toThrow('is merged as text');
    expect(readFileSync(join(cwd, 'cassettes/a.jsonl'), 'utf8')).toContain('<<<<<<< ours');
    expect((await reel(['check'], { cwd })).stdout).toContain('conflict');
  });

  test.for([
    { words: ['a.jsonl', '--out', 'x'], says: 'nothing to merge it with' },
    { words: ['a.jsonl', 'b.jsonl'], says: '--out' },
    { words: ['a.jsonl', 'other.jsonl', '--out', 'x.jsonl'], says: 'REEL_MERGE_REFUSED' },
    { words: ['a.jsonl', 'b.jsonl', '--out', 'other.jsonl'], says: 'other.jsonl is there' },
    { words: ['a.jsonl', 'sub', '--out', 'x.jsonl'], says: 'files and folders' },
    { words: ['a.jsonl', 'nope.jsonl', '--out', 'x.jsonl'], says: 'REEL_FILE_NOT_FOUND' },
    { words: ['a.jsonl', 'secret.jsonl', '--out', 'x.jsonl'], says: 'REEL_SECRET_FOUND' },
    { words: ['--driver', 'a.jsonl'], says: 'a merge driver gets base, ours and theirs' },
  ])('reel merge $words is refused and writes nothing', async ({ words, says }) => {
    const cwd = temporaryFolder({
      'a.jsonl': good,
      'b.jsonl': good,
      'other.jsonl': cassette([], { name: 'other' }),
      'sub/c.jsonl': good,
      'secret.jsonl': cassette([chat(`see ${secret}`, 'x')]),
    });
    const before = statSync(join(cwd, 'other.jsonl')).mtimeMs;
    const { code, stderr } = await reel(['merge', ...words], { cwd });
    expect({ code, stderr }).toMatchObject({ code: 2, stderr: expect.stringContaining(says) as string });
    expect(stderr).not.toContain(secret);
    expect(existsSync(join(cwd, 'x.jsonl'))).toBe(false);
    expect(statSync(join(cwd, 'other.jsonl')).mtimeMs).toBe(before);
  });
});
