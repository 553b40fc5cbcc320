import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { encodeCassette } from '../../cassette/format.ts';
import { companionName } from '../../cassette/stores/companion.ts';
import type { Interaction } from '../../model/interaction.ts';
import { sampleHeader } from '../../../test/cassette/sample-interaction.ts';
import { secretsByRule, seeded } from '../../../test/fixtures/synthetic-secrets.ts';
import { call, chat, chatStream } from '../../../test/library/calls.ts';
import { cassetteText, folderWith, git, writeInto } from '../../../test/library/folder.ts';
import { findCassettes } from '../files/find-cassettes.ts';
import { check, type CheckOptions, type CheckResult } from './check.ts';
import { checkMany } from './check-many.ts';

const good = cassetteText([chat('a', 'b'), chatStream('c', ['d'])]);

function run(base: string, options: Partial<CheckOptions> = {}): Promise<CheckResult> {
  return check({ base, from: base, known: [], cache: false, ...options });
}

async function kinds(base: string, options: Partial<CheckOptions> = {}): Promise<string[]> {
  return (await run(base, options)).findings.map(
    ({ where, kind, severity }) => `${where} ${severity} ${kind}`,
  );
}

/** A file's time two seconds and more ago, so that the cache dares to remember it. */
function age(path: string): void {
  const before = Date.now() / 1000 - 60;
  utimesSync(path, before, before);
}

describe('a check', () => {
  it('has nothing to say of good cassettes, and of none', async () => {
    expect(await run(folderWith({ 'cassettes/a.jsonl': good }))).toEqual({
      files: 1,
      unchanged: 0,
      findings: [],
    });
    expect(await run(folderWith())).toEqual({ files: 0, unchanged: 0, findings: [] });
  });

  it.each([
    ['an empty file', '', 'damaged'],
    ['zeros', '\0\0\0', 'damaged'],
    [
      'conflict markers',
      good.replace('{"end":1}', '<<<<<<< a\n{"end":1}\n=======\n{"end":1}\n>>>>>>> b'),
      'conflict',
    ],
    [
      'a Git LFS pointer',
      'version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n',
      'lfs-pointer',
    ],
    ['a newer format', good.replace('"reel":1', '"reel":7'), 'format'],
    [
      'an interaction without an end',
      `${good}{"request":3,"method":"GET","url":"https://x.example"}\n`,
      'unfinished',
    ],
    ['a broken line', good.replace('"messages":[', '"messages":{'), 'damaged'],
  ])('names %s', async (_, content, kind) => {
    const { findings } = await run(folderWith({ 'cassettes/a.jsonl': content }));
    expect(findings).toMatchObject([
      { where: 'cassettes/a.jsonl', kind, severity: 'error', message: expect.stringMatching(/\.$/) },
    ]);
  });

  it('tells streams that end too early from those that were cut, which is a note', async () => {
    const cut: Interaction = {
      ...chatStream('x', ['a'], false),
      ending: { kind: 'aborted', by: 'upstream' },
    };
    const base = folderWith({ 'cassettes/a.jsonl': cassetteText([chatStream('x', ['a'], false), cut]) });
    const { findings } = await run(base);
    expect(findings).toMatchObject([
      { kind: 'incomplete-stream', severity: 'error', interaction: 1 },
      { kind: 'cut', severity: 'note', interaction: 2 },
    ]);
    expect(findings[0]?.message).toContain('openai');
  });

  it('finds secrets in damaged files and blobs too, and never repeats one', async () => {
    const random = seeded(7);
    const [make] = secretsByRule['openai-key']!;
    const secrets = [make!(random), make!(random), 'hunter2-hunter2-hunter2'] as const;
    const blob: Interaction = {
      ...call({}, {}, { type: 'application/octet-stream' }),
      chunks: [{ bytes: Buffer.concat([Buffer.alloc(70_000, 0xff), Buffer.from(`\n${secrets[2]}\n`)]) }],
    };
    const { bytes, blobs } = encodeCassette(sampleHeader, [blob]);
    const [hash, content] = [...blobs][0]!;
    const base = folderWith({
      'cassettes/a.jsonl': cassetteText([chat(`my key is ${secrets[0]}`, 'ok')]),
      'cassettes/b.jsonl': `garbage ${secrets[1]}\n`,
      'cassettes/c.jsonl': bytes,
      [`cassettes/c.blobs/${hash}.bin`]: content,
    });
    const result = await run(base, { known: [secrets[2]] });
    const found = result.findings.filter(({ kind }) => kind === 'secret');
    expect(new Set(found.map(({ where }) => where.slice(0, 17)))).toEqual(
      new Set(['cassettes/a.jsonl', 'cassettes/b.jsonl', 'cassettes/c.jsonl']),
    );
    for (const secret of secrets) expect(JSON.stringify(result)).not.toContain(secret);
    expect(found[0]).toMatchObject({ line: 2, code: 'REEL_SECRET_FOUND' });
  });

  it('holds cassettes and their blobs to a budget', async () => {
    const base = folderWith({
      'cassettes/a.jsonl': good,
      'cassettes/b.jsonl': cassetteText([chat('x'.repeat(3000), 'y')]),
    });
    expect(await kinds(base, { maxSize: 2000 })).toEqual(['cassettes/b.jsonl error too-large']);
  });

  it('finds what dead processes left and what nothing refers to, and leaves the living alone', async () => {
    const dead = Number(execFileSync(process.execPath, ['-p', 'process.pid'], { encoding: 'utf8' }));
    const journal = companionName('a.jsonl', 'journal');
    const base = folderWith({
      'cassettes/a.jsonl': good,
      [`cassettes/${journal}`]: '',
      [`cassettes/${journal.replace(`.${process.pid}-`, `.${dead}-`)}`]: '',
      'cassettes/a.jsonl.lock': JSON.stringify({
        pid: dead,
        host: (await import('../../cassette/stores/process-identity.ts')).thisProcess().host,
        token: 'x',
      }),
      'cassettes/b.jsonl.lock': JSON.stringify({ pid: 1, host: `other-than-${hostname()}`, token: 'x' }),
      'cassettes/a.blobs/0123456789abcdef0123456789abcdef.bin': 'x',
      'cassettes/gone.blobs/0123456789abcdef0123456789abcdef.bin': 'x',
    });
    const found = await kinds(base);
    expect(found.map((line) => line.split(' ').slice(1).join(' '))).toEqual([
      'error leftover',
      'error orphan-blob',
      'error leftover',
      'error orphan-blob',
    ]);
    expect(await kinds(base, { paths: ['cassettes/a.jsonl'] })).toHaveLength(3);
  });

  it('says that a file cannot be read and goes on', async (test) => {
    test.skip(process.getuid?.() === 0 || process.platform === 'win32', 'this user may read everything');
    const base = folderWith({ 'cassettes/a.jsonl': good, 'cassettes/b.jsonl': '' });
    chmodSync(join(base, 'cassettes/a.jsonl'), 0);
    expect(await kinds(base)).toEqual(['cassettes/a.jsonl error damaged', 'cassettes/b.jsonl error damaged']);
  });
});

describe('a check of what is staged', () => {
  it('looks at the staged content, whatever lies in the work tree', async () => {
    const base = folderWith({
      'cassettes/a.jsonl': 'damaged',
      'cassettes/b.jsonl': good,
      [`cassettes/${companionName('b.jsonl', 'journal')}`]: 'x',
    });
    git(base, 'init', '-q');
    git(base, 'add', '-A', '-f');
    writeInto(base, { 'cassettes/a.jsonl': good, 'cassettes/b.jsonl': 'damaged since' });
    const { files, findings } = await run(base, { staged: true });
    expect(files).toBe(2);
    expect(findings.map(({ kind, where }) => `${kind} ${where.slice(0, 12)}`)).toEqual([
      'leftover cassettes/.b',
      'damaged cassettes/a.',
    ]);
  });
});

describe('many cassettes', () => {
  it('are found the same in threads as without', async () => {
    const files = Object.fromEntries(
      Array.from({ length: 50 }, (_, index) => [
        `cassettes/${index}.jsonl`,
        index % 10 === 3 ? 'garbage' : good,
      ]),
    );
    const found = findCassettes({ base: folderWith(files) });
    const alone = await checkMany(found, { known: [], threads: 1 });
    const progress: number[] = [];
    const together = await checkMany(found, {
      known: [],
      threads: 2,
      onProgress: (done) => progress.push(done),
    });
    expect(together).toEqual(alone);
    expect(alone.findings).toHaveLength(5);
    expect(progress).toEqual(Array.from({ length: 51 }, (_, index) => index));
  });

  it('are not read again while they are clean and unchanged', async () => {
    const base = folderWith({
      'cassettes/a.jsonl': good,
      'cassettes/b.jsonl': good,
      'cassettes/bad.jsonl': 'x',
    });
    for (const name of ['a', 'b', 'bad']) age(join(base, `cassettes/${name}.jsonl`));
    // The time of the last change of the inode is the present, whatever utimes says.
    await new Promise((resolve) => setTimeout(resolve, 2_100));
    const cached = (options: Partial<CheckOptions> = {}): Promise<CheckResult> =>
      run(base, { cache: true, ...options });
    expect((await cached()).unchanged).toBe(0);
    expect(await cached()).toMatchObject({ files: 3, unchanged: 2, findings: [{ kind: 'damaged' }] });

    const path = join(base, 'cassettes/a.jsonl');
    const { mtime } = statSync(path);
    writeFileSync(path, good.replace('"c"', '"x"').replace('{"end":2}', '{"end":3}'));
    utimesSync(path, mtime, mtime);
    expect((await cached()).findings.map(({ where }) => where)).toEqual([
      'cassettes/a.jsonl',
      'cassettes/bad.jsonl',
    ]);
    expect((await cached({ known: ['another-secret'] })).unchanged).toBe(0);
    expect(existsSync(join(base, '.reel/check.json'))).toBe(true);
    expect(readFileSync(join(base, '.reel/.gitignore'), 'utf8')).toBe('*\n');
    expect(readFileSync(join(base, '.reel/check.json'), 'utf8')).not.toContain('another-secret');
    rmSync(path);
    expect((await cached()).files).toBe(2);
  });
});
