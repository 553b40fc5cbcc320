import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { call, cassette, chat, commitAll, git, receipt, secret, streamed } from './library-fixtures.ts';
import { reel } from './reel.ts';
import { temporaryFolder, writeFiles } from './temporary-folder.ts';

const old = { recordedAt: '2020-01-01T00:00:00Z' };

describe('reel ls', () => {
  test('is a table of cassettes, with a sum on stderr', async () => {
    const cwd = temporaryFolder({
      'cassettes/chat/greets.jsonl': cassette([chat('Hi', 'Hello'), streamed('Hi', ['Hel', 'lo'])], old),
      'cassettes/подпапка/日本語.jsonl': cassette(
        [call({ model: 'claude-haiku-5-5', messages: [] }, {}, 'https://api.anthropic.com/v1/messages')],
        old,
      ),
    });
    const { code, stdout, stderr } = await reel(['ls'], { cwd });

    expect({ code, stderr: stderr.replace(/[\d.]+ kB/, 'N kB') }).toEqual({
      code: 0,
      stderr: '2 cassettes, N kB\n',
    });
    const lines = stdout.trimEnd().split('\n');
    expect(lines[0]).toMatch(/^cassette +calls {2}provider +model +size +age {2}flags$/);
    expect(lines[1]).toMatch(
      /^cassettes\/chat\/greets\.jsonl +2 {2}openai +gpt-4o-mini +1\.\d kB +\dy {2}stream$/,
    );
    expect(lines[2]).toMatch(
      /^cassettes\/подпапка\/日本語\.jsonl +1 {2}anthropic {2}claude-haiku-5-5 +\d+ B +\dy$/,
    );
  });

  test('filters, sorts, and is a document with --json', async () => {
    const cwd = temporaryFolder({
      'cassettes/a.jsonl': cassette([chat('Hi', 'Hello')]),
      'cassettes/b.jsonl': cassette([chat('Hi', 'Hello', 'gpt-5'), chat('Hi', 'Hello', 'gpt-5')]),
    });
    const names = async (...words: string[]): Promise<string[]> => {
      const { stdout } = await reel(['ls', '--json', ...words], { cwd });
      return (JSON.parse(stdout) as { cassettes: { file: string }[] }).cassettes.map(({ file }) => file);
    };
    expect(await names('--model', 'gpt-5')).toEqual(['cassettes/b.jsonl']);
    expect(await names('--sort', 'size')).toEqual(['cassettes/b.jsonl', 'cassettes/a.jsonl']);
    expect(await names('cassettes/a.jsonl')).toEqual(['cassettes/a.jsonl']);
    const { stdout } = await reel(['ls', '--json', '--path', 'a.'], { cwd });
    expect(JSON.parse(stdout)).toEqual({
      cassettes: [
        {
          file: 'cassettes/a.jsonl',
          name: 'chat/greets',
          interactions: 1,
          providers: ['openai'],
          models: ['gpt-4o-mini'],
          bytes: expect.any(Number),
          recordedAt: '2026-11-20T10:00:00Z',
          flags: [],
        },
      ],
    });
  });

  test('uses the folder of the config', async () => {
    const cwd = temporaryFolder({
      'reel.config.json': '{"dir":"tapes"}',
      'tapes/a.jsonl': cassette([]),
      'sub/x.txt': '',
    });
    expect((await reel(['ls'], { cwd: join(cwd, 'sub') })).stdout).toContain('../tapes/a.jsonl');
  });

  test('lists what cannot be read, says why, and ends with 1', async () => {
    const cwd = temporaryFolder({ 'cassettes/a.jsonl': '', 'cassettes/b.jsonl': `garbage ${secret}` });
    const { code, stdout } = await reel(['ls'], { cwd });

    expect(code).toBe(1);
    expect(stdout).toMatch(
      /a\.jsonl +The cassette cannot be read: the file is empty\. \(REEL_CASSETTE_DAMAGED\)/,
    );
    expect(stdout).not.toContain(secret);
  });

  test('finds nothing in an empty folder, and refuses a path that is not there', async () => {
    const cwd = temporaryFolder();
    expect(await reel(['ls'], { cwd })).toEqual({
      code: 0,
      stdout: '',
      stderr: `no cassettes found below ${cwd}\n`,
    });
    const { code, stderr } = await reel(['ls', 'nope'], { cwd });
    expect(code).toBe(2);
    expect(stderr).toContain('there is no file or folder "nope"');
  });
});

describe('reel show', () => {
  test('is the conversation', async () => {
    const cwd = temporaryFolder({
      'cassettes/a.jsonl': cassette([streamed('How are you?', ['Very ', 'well.'])]),
    });
    const { code, stdout, stderr } = await reel(['show', 'cassettes/a.jsonl'], { cwd });

    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toBe(`chat/greets
recorded 2026-11-20T10:00:00Z by @reel/core 0.1.0, 1 interaction

━━ 1 ━━ POST https://api.openai.com/v1/chat/completions · 200 · streamed in 3 pieces
model: gpt-4o-mini

[user]
How are you?

── answer
[assistant]
Very well.
`);
  });

  test.for([
    ['show', 'cassettes'],
    ['diff', 'cassettes', 'cassettes/a.jsonl'],
  ])('%s of a folder asks for one of its cassettes', async (words) => {
    const cwd = temporaryFolder({ 'cassettes/a.jsonl': cassette([chat('hello', 'hi')]) });
    const { code, stderr } = await reel(words, { cwd });

    expect(code).toBe(2);
    expect(stderr).toContain(
      '"cassettes" is a folder, and one cassette is needed\n  name one of those that reel ls cassettes lists',
    );
  });

  test('has no secret that redaction knows, and nothing that controls a terminal', async () => {
    const cwd = temporaryFolder({
      'a.jsonl': cassette([chat(`my key ${secret}`, 'bell \u0007 and \u001B[31mred')]),
    });
    for (const words of [[], ['--raw'], ['--json'], ['--textconv']]) {
      const { code, stdout } = await reel(['show', ...words, 'a.jsonl'], { cwd });
      expect(code).toBe(0);
      expect(stdout).not.toContain(secret);
      expect(stdout).toContain('[redacted:openai-key]');
      expect(stdout).not.toContain('\u0007');
    }
  });

  test('shows some interactions, and is a document with --json', async () => {
    const cwd = temporaryFolder({
      'a.jsonl': cassette([chat('one', '1'), chat('two', '2'), chat('three', '3')]),
    });
    const { stdout } = await reel(['show', '--only', '2-3', 'a.jsonl'], { cwd });
    expect(stdout).not.toContain('[user]\none');
    expect(stdout).toContain('[user]\nthree');
    const document = JSON.parse(
      (await reel(['show', '--json', '--only', '1', 'a.jsonl'], { cwd })).stdout,
    ) as object;
    expect(document).toMatchObject({
      name: 'chat/greets',
      interactions: [
        {
          number: 1,
          provider: 'openai',
          answer: { turns: [{ parts: [{ text: '1' }] }] },
          usage: { inputTokens: 1000 },
        },
      ],
    });
    const { code, stderr } = await reel(['show', '--only', 'x', 'a.jsonl'], { cwd });
    expect({ code, stderr }).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('--only takes numbers') as string,
    });
  });

  test('refuses a damaged cassette, and as textconv shows it as it is', async () => {
    const cwd = temporaryFolder({ 'a.jsonl': 'garbage\nmore\n', 'empty.jsonl': '' });
    const refused = await reel(['show', 'a.jsonl'], { cwd });
    expect(refused.code).toBe(2);
    expect(refused.stderr).toContain('REEL_CASSETTE_DAMAGED');
    const shown = await reel(['show', '--textconv', 'a.jsonl'], { cwd });
    expect(shown).toMatchObject({ code: 0, stderr: '' });
    expect(shown.stdout).toMatch(/^! REEL_CASSETTE_DAMAGED: .*\ngarbage\nmore\n$/);
    expect((await reel(['show', '--textconv', 'empty.jsonl'], { cwd })).code).toBe(0);
  });

  test('makes git diff readable', async () => {
    const cwd = temporaryFolder({
      'cassettes/a.jsonl': cassette([chat('Hi', 'Hello there')]),
      '.gitattributes': '*.jsonl diff=reel\n',
    });
    commitAll(cwd);
    const script = new URL('../src/main.ts', import.meta.url).pathname;
    git(
      cwd,
      'config',
      'diff.reel.textconv',
      `'${process.execPath}' --disable-warning=ExperimentalWarning '${script}' show --textconv`,
    );
    writeFiles(cwd, { 'cassettes/a.jsonl': cassette([chat('Hi', 'Good evening')]) });
    expect(git(cwd, 'diff')).toMatch(/^-Hello there\n\+Good evening$/m);
  });

  test('shows a cassette as it was', async () => {
    const cwd = temporaryFolder({ 'a.jsonl': cassette([chat('Hi', 'Hello there')]) });
    commitAll(cwd);
    writeFileSync(join(cwd, 'a.jsonl'), '');
    expect((await reel(['show', '--rev', 'HEAD', 'a.jsonl'], { cwd })).stdout).toContain('Hello there');
  });

  test('streams a huge cassette', async () => {
    const cwd = temporaryFolder({
      'a.jsonl': cassette(
        Array.from({ length: 60 }, (_, index) => chat(`question ${index} ${'long '.repeat(40_000)}`, 'x')),
      ),
    });
    const { code, stdout } = await reel(['show', 'a.jsonl'], { cwd });
    expect(code).toBe(0);
    expect(stdout.length).toBeGreaterThan(12_000_000);
    expect(stdout).toContain('question 59 long');
  });
});

describe('reel stats', () => {
  const files = {
    'cassettes/a.jsonl': cassette([chat('Hi', 'Hello'), chat('Hi', 'Hello', 'gpt-4')], { name: 'test a' }),
    'cassettes/b.jsonl': cassette([chat('Hi', 'Hello', 'house-model')], { name: 'test b' }),
  };

  test('counts by model and by test, and says what is not known', async () => {
    const { code, stdout } = await reel(['stats'], { cwd: temporaryFolder(files) });

    expect(code).toBe(0);
    expect(stdout).toBe(`2 cassettes, 3 interactions

on tape, by model
  model        provider  calls  tokens in  tokens out             cost
  gpt-4        openai        1      1,000         500            $0.06
  gpt-4o-mini  openai        1      1,000         500         $0.00045
  house-model  openai        1      1,000         500          unknown
  all                        3      3,000       1,500  $0.06 + unknown

on tape, by test
  test    calls  tokens in  tokens out     cost
  test a      2      2,000       1,000    $0.06
  test b      1      1,000         500  unknown

What replay saves is known after a run: no receipt of one was found.
`);
  });

  test('takes prices of your own and the receipts of runs', async () => {
    const cwd = temporaryFolder({
      ...files,
      'prices.json': '{"house-model":{"input":1000,"output":0}}',
      '.reel/receipt-vitest.json': receipt({}),
    });
    const { stdout } = await reel(['stats', '--prices', 'prices.json', '--json'], { cwd });
    expect(JSON.parse(stdout)).toMatchObject({
      recorded: [{ model: 'house-model', cost: 1 }, { model: 'gpt-4' }, { model: 'gpt-4o-mini' }],
      saved: [{ calls: 3, cost: 0.00135 }],
    });
    expect((await reel(['stats'], { cwd })).stdout).toContain('saved by replay in the last runs\n');
  });

  test('leaves a damaged receipt out, unless it was named', async () => {
    const cwd = temporaryFolder({ ...files, '.reel/receipt-jest.json': '{' });
    expect(await reel(['stats'], { cwd })).toMatchObject({
      code: 0,
      stderr: expect.stringContaining(
        '.reel/receipt-jest.json is left out: REEL_RECEIPT_UNREADABLE',
      ) as string,
    });
    expect((await reel(['stats', '--receipt', '.reel/receipt-jest.json'], { cwd })).code).toBe(2);
  });

  test('refuses prices that are none, and names unreadable cassettes', async () => {
    const cwd = temporaryFolder({ 'p.json': '[]', 'cassettes/bad.jsonl': 'x' });
    expect((await reel(['stats', '--prices', 'p.json'], { cwd })).code).toBe(2);
    expect(await reel(['stats'], { cwd })).toMatchObject({
      code: 1,
      stdout: expect.stringContaining('cassettes/bad.jsonl: The cassette cannot be read') as string,
    });
    expect((await reel(['stats', '--top', '-1'], { cwd })).code).toBe(2);
  });
});

describe('reel diff', () => {
  const [before, after] = [
    cassette([chat('Where is the bakery?', 'Left.'), chat('Bye', 'Bye')]),
    cassette([chat('Where is the butcher?', 'Right.'), chat('Bye', 'Bye')]),
  ];

  test('says in words what changed between two files', async () => {
    const cwd = temporaryFolder({ 'a.jsonl': before, 'b.jsonl': after });
    const { code, stdout, stderr } = await reel(['diff', 'a.jsonl', 'b.jsonl'], { cwd });

    expect({ code, stderr }).toEqual({ code: 1, stderr: '1 interaction changed, 1 the same\n' });
    expect(stdout).toBe(`--- a.jsonl
+++ b.jsonl

~ interaction 1: POST api.openai.com/v1/chat/completions  "Where is the butcher?"
  request
    ~ messages[0] (user):
        Where is the [-bakery-]{+butcher+}?
  answer
    ~ answer:
        [-Left-]{+Right+}.
`);
  });

  test('compares with the past in git, and ends with 0 when nothing changed', async () => {
    const cwd = temporaryFolder({ 'cassettes/a.jsonl': before });
    commitAll(cwd);
    expect(await reel(['diff', '--rev', 'HEAD', 'cassettes/a.jsonl'], { cwd })).toEqual({
      code: 0,
      stdout: 'no difference in 2 interactions\n',
      stderr: '',
    });
    writeFiles(cwd, { 'cassettes/a.jsonl': after });
    const { code, stdout } = await reel(['diff', '--json', '--rev', 'HEAD', 'cassettes/a.jsonl'], { cwd });
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({
      before: 'HEAD:cassettes/a.jsonl',
      same: 1,
      changes: [{ kind: 'changed', before: 1, after: 1 }],
    });
  });

  test.for([
    { words: ['a.jsonl'], says: 'nothing to compare it with' },
    { words: ['--rev', 'HEAD', 'a.jsonl', 'b.jsonl'], says: 'two were given' },
    { words: ['--rev', 'HEAD', 'a.jsonl'], says: 'not a git repository' },
    { words: ['a.jsonl', 'nope.jsonl'], says: 'nope.jsonl' },
    { words: ['a.jsonl', 'bad.jsonl'], says: 'REEL_CASSETTE_DAMAGED' },
  ])('reel diff $words is refused', async ({ words, says }) => {
    const cwd = temporaryFolder({ 'a.jsonl': before, 'b.jsonl': after, 'bad.jsonl': secret });
    mkdirSync(join(cwd, 'empty'));
    const { code, stderr } = await reel(['diff', ...words], { cwd });
    expect(code).toBe(2);
    expect(stderr).toContain(says);
    expect(stderr).not.toContain(secret);
  });
});
