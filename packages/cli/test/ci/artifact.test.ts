import { existsSync, readFileSync, readdirSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { encodeCassette } from '@reel/core/engine';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { problemOfPath } from '../../src/ci/artifact/cassette-path.ts';
import { sha256, type Manifest } from '../../src/ci/artifact/manifest.ts';
import { cassette, chat, git, secret } from '../library-fixtures.ts';
import { reel, type Ran } from '../reel.ts';
import { temporaryFolder, writeFiles } from '../temporary-folder.ts';
import { greeting, remoteRepository, tape } from './remote.ts';

/** A folder as `reel ci collect` makes it, of whatever is given: with the right hashes, as a forger would. */
function artifactOf(files: Readonly<Record<string, string>>, more: Partial<Manifest> = {}): string {
  const folder = temporaryFolder(
    Object.fromEntries(Object.entries(files).map(([path, text]) => [`files/${path}`, text])),
  );
  const listed = Object.entries(files).map(([path, text]) => ({
    path,
    bytes: text.length,
    sha256: sha256(Buffer.from(text)),
  }));
  const manifest: Manifest = { reelArtifact: 1, commit: 'a'.repeat(40), files: listed, ...more };
  writeFileSync(join(folder, 'manifest.json'), JSON.stringify(manifest));
  return folder;
}

const accept = (cwd: string, artifact: string, ...words: readonly string[]): Promise<Ran> =>
  reel(['ci', 'accept', ...words, artifact], { cwd });

describe('reel ci collect', () => {
  test('takes cassettes that differ, new ones too, and nothing else', async () => {
    const cwd = remoteRepository().clone('feature');
    writeFiles(cwd, {
      [tape]: greeting('Good morning'),
      'cassettes/chat/new.jsonl': greeting('New'),
      'package-lock.json': '{"changed":true}\n',
      'src/app.ts': 'export {};\n',
      'cassettes/notes.txt': 'not a cassette',
    });
    const out = join(temporaryFolder(), 'out');
    const outputs = join(temporaryFolder(), 'outputs');

    const { code, stdout } = await reel(['ci', 'collect', '--out', out], {
      cwd,
      env: { GITHUB_OUTPUT: outputs },
    });

    expect({ code, stdout }).toEqual({ code: 0, stdout: `${tape}\ncassettes/chat/new.jsonl\n` });
    const manifest = JSON.parse(readFileSync(join(out, 'manifest.json'), 'utf8')) as Manifest;
    expect(manifest.files.map(({ path }) => path)).toEqual([tape, 'cassettes/chat/new.jsonl']);
    expect(manifest.commit).toBe(git(cwd, 'rev-parse', 'HEAD').trim());
    expect(readFileSync(outputs, 'utf8')).toMatch(/^changed<<end-.+\ntrue\n/);
  });

  test('says that nothing was recorded anew, and makes no folder', async () => {
    const cwd = remoteRepository().clone('feature');
    const out = join(temporaryFolder(), 'out');
    const { code, stderr } = await reel(['ci', 'collect', '--out', out], { cwd });

    expect(code).toBe(0);
    expect(stderr).toContain('nothing was recorded anew');
    expect(existsSync(out)).toBe(false);
  });

  test('hands nothing over when a cassette holds a secret', async () => {
    const cwd = remoteRepository().clone('feature');
    writeFiles(cwd, {
      [tape]: greeting(`the key is ${secret}`),
      'cassettes/chat/new.jsonl': greeting('New'),
    });
    const out = join(temporaryFolder(), 'out');
    const { code, stdout, stderr } = await reel(['ci', 'collect', '--out', out], { cwd });

    expect(code).toBe(1);
    expect(stdout).toContain('secret');
    expect(stdout + stderr).not.toContain(secret);
    expect(existsSync(out)).toBe(false);
  });

  test('does not hand over that a cassette is gone', async () => {
    const cwd = remoteRepository().clone('feature');
    renameSync(join(cwd, tape), join(cwd, 'cassettes/chat/other.jsonl'));
    const out = join(temporaryFolder(), 'out');
    await reel(['ci', 'collect', '--out', out], { cwd });

    const manifest = JSON.parse(readFileSync(join(out, 'manifest.json'), 'utf8')) as Manifest;
    expect(manifest.files.map(({ path }) => path)).toEqual(['cassettes/chat/other.jsonl']);
  });
});

describe('reel ci accept', () => {
  test('takes what collect made', async () => {
    const remote = remoteRepository();
    const recorded = remote.clone('feature');
    writeFiles(recorded, { [tape]: greeting('Good morning') });
    const out = join(temporaryFolder(), 'out');
    await reel(['ci', 'collect', '--out', out], { cwd: recorded });
    const cwd = remote.clone('feature');

    const { code, stderr } = await accept(cwd, out);

    expect(stderr).toMatch(/^1 cassette with 1 recording, .+ recorded at [0-9a-f]{10}: taken\n$/);
    expect(code).toBe(0);
    expect(readFileSync(join(cwd, tape), 'utf8')).toBe(greeting('Good morning'));
    expect(git(cwd, 'status', '--porcelain')).toBe(` M ${tape}\n`);
  });

  test('only looks with --check-only', async () => {
    const cwd = remoteRepository().clone('feature');
    const { code, stderr } = await accept(cwd, artifactOf({ [tape]: greeting('Other') }), '--check-only');

    expect({ code, isGood: stderr.includes(': good') }).toEqual({ code: 0, isGood: true });
    expect(git(cwd, 'status', '--porcelain')).toBe('');
  });

  test.for([
    ['a lockfile', 'package-lock.json', 'no cassette'],
    ['a workflow', '.github/workflows/ci.yml', 'not allowed'],
    ['a cassette beside the cassette folders', 'src/tape.jsonl', 'outside of the cassette folders'],
    ['a hook in the folder of git', 'cassettes/.git/hooks/x.jsonl', 'not allowed'],
    ['code in a cassette folder', 'cassettes/evil.test.ts', 'no cassette'],
    ['a package', 'node_modules/x/cassettes/a.jsonl', 'node_modules'],
    ['a blob of nothing', `cassettes/a.blobs/${'a'.repeat(32)}.bin`, 'belongs to no cassette'],
  ] as const)('refuses %s', async ([, path, why]) => {
    const cwd = remoteRepository().clone('feature');
    const artifact = artifactOf({ [tape]: greeting('Other'), [path]: greeting('Evil') });
    const { code, stdout, stderr } = await accept(cwd, artifact);

    expect(code).toBe(1);
    expect(stdout).toContain(why);
    expect(stderr).toContain('nothing was taken');
    expect(git(cwd, 'status', '--porcelain')).toBe('');
  });

  test('refuses a list that leads out of the folder', async () => {
    const cwd = remoteRepository().clone('feature');
    const artifact = artifactOf({ [tape]: greeting('Other') });
    const outside = join(dirname(artifact), 'outside.jsonl');
    const file = { path: '../../outside.jsonl', bytes: 1, sha256: 'x' };
    const manifest = JSON.parse(readFileSync(join(artifact, 'manifest.json'), 'utf8')) as Manifest;
    writeFileSync(
      join(artifact, 'manifest.json'),
      JSON.stringify({ ...manifest, files: [...manifest.files, file] }),
    );

    expect((await accept(cwd, artifact)).stdout).toContain('manifest.json lists it, and it is missing');
    expect(existsSync(outside)).toBe(false);
  });

  test('refuses links, and does not follow them', async () => {
    const cwd = remoteRepository().clone('feature');
    const artifact = artifactOf({ [tape]: greeting('Other') });
    const target = temporaryFolder({ 'stolen.jsonl': greeting('Stolen') });
    symlinkSync(join(target, 'stolen.jsonl'), join(artifact, 'files/cassettes/link.jsonl'));
    symlinkSync(target, join(artifact, 'files/cassettes/folder'));
    const { code, stdout } = await accept(cwd, artifact);

    expect(code).toBe(1);
    expect(stdout.match(/it is a link/g)).toHaveLength(2);
  });

  test('does not write through a link of the branch', async () => {
    const elsewhere = temporaryFolder();
    const cwd = remoteRepository().clone('feature');
    renameSync(join(cwd, 'cassettes'), join(cwd, 'moved'));
    symlinkSync(elsewhere, join(cwd, 'cassettes'));
    const { code, stdout } = await accept(cwd, artifactOf({ [tape]: greeting('Other') }));

    expect(code).toBe(1);
    expect(stdout).toContain('the repository has a link');
    expect(readdirSync(elsewhere)).toEqual([]);
  });

  test.for([
    ['a secret', { [tape]: greeting(`it is ${secret}`) }, 'secret'],
    ['damage', { [tape]: `${greeting('Hi')}{"reques` }, 'damaged'],
    ['text that is no cassette', { [tape]: 'rm -rf /\n' }, 'damaged'],
    ['a newer format', { [tape]: greeting('Hi').replace('{"reel":1', '{"reel":99') }, 'format'],
    ['an empty cassette', { [tape]: cassette([]) }, 'nothing is on this cassette'],
    [
      'names that are one without case',
      { [tape]: greeting('A'), 'cassettes/chat/GREETS.jsonl': greeting('B') },
      'but for its case',
    ],
    ['nothing at all', {}, 'there is no cassette in it'],
  ] as const)('refuses %s', async ([, files, why]) => {
    const cwd = remoteRepository().clone('feature');
    const { code, stdout, stderr } = await accept(cwd, artifactOf(files));

    expect(code).toBe(1);
    expect(stdout).toContain(why);
    expect(stdout + stderr).not.toContain(secret);
    expect(git(cwd, 'status', '--porcelain')).toBe('');
  });

  test('refuses a cassette above the size that is allowed', async () => {
    const cwd = remoteRepository().clone('feature');
    const artifact = artifactOf({ [tape]: cassette([chat('Say', 'x'.repeat(20_000))]) });

    expect((await accept(cwd, artifact, '--max-size', '10kB')).stdout).toContain('too-large');
    expect((await accept(cwd, artifact)).code).toBe(0);
  });

  test('refuses a file that is not what the list says', async () => {
    const cwd = remoteRepository().clone('feature');
    const artifact = artifactOf({ [tape]: greeting('Other') });
    writeFiles(artifact, {
      [`files/${tape}`]: greeting('Swapped'),
      'files/cassettes/more.jsonl': greeting('More'),
    });
    const { stdout } = await accept(cwd, artifact);

    expect(stdout).toContain(`${tape}: it is not what manifest.json lists`);
    expect(stdout).toContain('cassettes/more.jsonl: manifest.json does not list it');
  });

  test('runs no config of the branch, and takes one in JSON only', async () => {
    const proof = join(temporaryFolder(), 'proof');
    const cwd = remoteRepository({
      'reel.config.js': `import { writeFileSync } from 'node:fs'; writeFileSync(${JSON.stringify(proof)}, ''); export default {};`,
    }).clone('feature');
    const artifact = artifactOf({ [tape]: greeting('Other') });

    expect((await accept(cwd, artifact)).code).toBe(0);
    const named = await accept(cwd, artifact, '--config', 'reel.config.js');
    expect({ code: named.code, isCode: named.stderr.includes('is code') }).toEqual({ code: 2, isCode: true });
    expect(existsSync(proof)).toBe(false);
  });

  test('knows a cassette folder of another name when it is told', async () => {
    const cwd = remoteRepository().clone('feature');
    const artifact = artifactOf({ 'tests/tapes/a.jsonl': greeting('Hi') });

    expect((await accept(cwd, artifact)).code).toBe(1);
    expect((await accept(cwd, artifact, '--folder', 'tests/tapes')).code).toBe(0);
  });

  test('says what a folder lacks that no job made', async () => {
    const { code, stderr } = await accept(temporaryFolder(), temporaryFolder({ 'a.jsonl': '' }));

    expect({ code, isTold: stderr.includes('reel ci collect') }).toEqual({ code: 2, isTold: true });
  });

  describe('takes large bodies', () => {
    const { bytes, blobs } = encodeCassette(
      { reel: 1, name: 'chat/greets', recordedAt: '2026-11-20T10:00:00Z', by: '@reel/core 0.1.0', rules: '' },
      [chat('Say hello', 'x'.repeat(5000))],
      { blobAbove: 1000 },
    );
    const files: Record<string, string> = { [tape]: Buffer.from(bytes).toString() };
    for (const [hash, blob] of blobs)
      files[`cassettes/chat/greets.blobs/${hash}.bin`] = Buffer.from(blob).toString();

    test('with their cassette, and old ones away', async () => {
      const old = `cassettes/chat/greets.blobs/${'b'.repeat(32)}.bin`;
      const remote = remoteRepository({ [old]: 'old' });
      const cwd = remote.clone('feature');

      expect((await accept(cwd, artifactOf(files))).code).toBe(0);
      expect((await reel(['ci', 'push', '--branch', 'feature'], { cwd })).code).toBe(0);
      expect(remote.files('feature').filter((path) => path.startsWith('cassettes'))).toEqual(
        Object.keys(files).toSorted(),
      );
    });

    test('but none that no cassette refers to', async () => {
      const cwd = remoteRepository().clone('feature');
      const stray = `cassettes/chat/greets.blobs/${'c'.repeat(32)}.bin`;
      const { code, stdout } = await accept(cwd, artifactOf({ ...files, [stray]: 'anything' }));

      expect({ code, isTold: stdout.includes('orphan-blob') }).toEqual({ code: 1, isTold: true });
    });
  });
});

test('no path that is taken leaves the repository, its cassette folders or the portable characters', () => {
  const part = fc.oneof(
    fc.constantFrom(
      '..',
      '.',
      '',
      '.git',
      'cassettes',
      'a',
      'C:',
      '~',
      '-x',
      'GIT~1',
      'a ',
      'a.',
      'x\u0000y',
      'a\\b',
    ),
    fc.string({ maxLength: 6 }),
  );
  fc.assert(
    fc.property(fc.array(part, { minLength: 1, maxLength: 6 }), (parts) => {
      const path = `${parts.join('/')}.jsonl`;
      if (problemOfPath(path) !== undefined) return;
      const whole = path.split('/');
      expect(whole.slice(0, -1)).toContain('cassettes');
      for (const one of whole) {
        expect(one).not.toMatch(/^\.{0,2}$|^[.~-]|[\\:\p{Cc}]/u);
      }
    }),
    { numRuns: 2000 },
  );
});
