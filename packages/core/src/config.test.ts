import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { loadConfig } from './config.ts';
import type { Matcher } from './matching/matcher.ts';

let root: string;
beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), 'reel-config-')));
  mkdirSync(join(root, 'a/b'), { recursive: true });
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function write(path: string, text: string): string {
  const file = join(root, path);
  writeFileSync(file, text);
  return file;
}

describe('a config file', () => {
  test.each([
    ['reel.config.ts', `const options: { dir: string } = { dir: 'tapes' };\nexport default options;`],
    ['reel.config.mts', `export default { dir: 'tapes' as string };`],
    ['reel.config.mjs', `export default { dir: 'tapes' };`],
    ['reel.config.js', `module.exports = { dir: 'tapes' };`],
    ['reel.config.json', `{ "dir": "tapes" }`],
  ])('%s is read', (name, text) => {
    const file = write(name, text);
    expect(loadConfig(root, {})).toEqual({ file, options: { dir: 'tapes' } });
  });

  test('may hold functions', () => {
    write('reel.config.ts', `export default { match: { custom: [(a, b) => a.method === b.method] } };`);
    const [same] = loadConfig(root, {})!.options.match!.custom!;
    const request = { method: 'GET', url: '', headers: [], body: new Uint8Array(0) };
    expect((same as Matcher)(request, request)).toBe(true);
  });

  test('is the nearest one upwards, and not that of the repository around', () => {
    const outer = write('reel.config.json', '{}');
    expect(loadConfig(join(root, 'a/b'), {})?.file).toBe(outer);
    const nearer = write('a/reel.config.json', '{}');
    expect(loadConfig(join(root, 'a/b'), {})?.file).toBe(nearer);
    rmSync(nearer);
    mkdirSync(join(root, 'a/.git'));
    expect(loadConfig(join(root, 'a/b'), {})).toBeUndefined();
  });

  test('is the one that REEL_CONFIG names', () => {
    write('reel.config.json', '{}');
    const named = write('a/other.json', '{ "dir": "x" }');
    expect(loadConfig(root, { REEL_CONFIG: 'a/other.json' })).toEqual({ file: named, options: { dir: 'x' } });
    expect(() => loadConfig(root, { REEL_CONFIG: 'gone.json' })).toThrow(
      /REEL_CONFIG_UNREADABLE: there is no such config file/,
    );
  });

  test('with an error names the file and what to write', () => {
    write('reel.config.ts', 'export default {');
    expect(() => loadConfig(root, {})).toThrow(/REEL_CONFIG_UNREADABLE[^]*reel\.config\.ts[^]*defineConfig/);
  });
});
