import { execSync } from 'node:child_process';
import { chmodSync, linkSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../../test/temporary-folder.ts';
import { tarballOf } from './tarball.ts';

/** Unpacks with npm, which is who the archives are for. */
function unpack(folder: string): string {
  writeFileSync(join(folder, 'package.json'), '{ "name": "unpacked", "version": "1.0.0" }');
  const target = temporaryFolder({ 'package.json': '{}' });
  writeFileSync(join(target, 'a.tgz'), tarballOf(folder));
  execSync('npm install --offline --no-audit --no-fund --cache npm-cache ./a.tgz', {
    cwd: target,
    stdio: 'pipe',
  });
  return join(target, 'node_modules/unpacked');
}

test('every file comes back as it was, whatever its length', () => {
  const files = { empty: '', 'lib/block.txt': 'x'.repeat(512), 'lib/more.txt': 'é'.repeat(513) };
  const unpacked = unpack(temporaryFolder(files));

  for (const [path, content] of Object.entries(files)) {
    expect(readFileSync(join(unpacked, path), 'utf8')).toBe(content);
  }
});

test('a path longer than the name field of the header comes back', () => {
  const path = `${'folder-with-a-long-name/'.repeat(7)}file.txt`;

  expect(readFileSync(join(unpack(temporaryFolder({ [path]: 'deep' })), path), 'utf8')).toBe('deep');
});

test('two names of one file are two files, as npm leaves links out', () => {
  const folder = temporaryFolder({ 'a.txt': 'same' });
  linkSync(join(folder, 'a.txt'), join(folder, 'b.txt'));
  const unpacked = unpack(folder);

  expect(statSync(join(unpacked, 'b.txt')).nlink).toBe(1);
  expect(readFileSync(join(unpacked, 'b.txt'), 'utf8')).toBe('same');
});

test.skipIf(process.platform === 'win32')('a program stays one', () => {
  const folder = temporaryFolder({ 'bin.sh': '', 'text.txt': '' });
  chmodSync(join(folder, 'bin.sh'), 0o755);
  const unpacked = unpack(folder);

  expect(statSync(join(unpacked, 'bin.sh')).mode & 0o111).not.toBe(0);
  expect(statSync(join(unpacked, 'text.txt')).mode & 0o111).toBe(0);
});

test('what is installed inside a package is not part of it', () => {
  const folder = temporaryFolder({ 'a.txt': '', 'node_modules/.bin/tool': '' });

  expect(() => statSync(join(unpack(folder), 'node_modules'))).toThrow(/ENOENT/);
});
