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
    ['reel.config.cjs', `module.exports = { dir: 'tapes' };`],
    ['reel.config.cts', `const options: { dir: string } = { dir: 'tapes' };\nmodule.exports = options;`],
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

  test.each([
    [
      'a comma too few',
      'reel.config.ts',
      "export default {\n  mode: 'replay'\n  dir: 'x',\n};",
      /config\.ts:3\n.*correct that line/,
    ],
    [
      'a comma too few, in CommonJS',
      'reel.config.js',
      "module.exports = {\n  mode: 'replay'\n  dir: 'x',\n};",
      /config\.js:3\n.*correct that line/,
    ],
    ['a comma too many, in JSON', 'reel.config.json', '{ "dir": "x", }', /config\.json\n.*correct that line/],
    [
      'code that throws',
      'reel.config.mjs',
      'const a = undefined;\nexport default { dir: a.b };',
      /config\.mjs:2\n/,
    ],
    [
      'a package that is not there',
      'reel.config.ts',
      "import x from 'nope';\nexport default x;",
      /'nope'[^]*fix: +install that package/,
    ],
    [
      'a module that is not there, in CommonJS',
      'reel.config.js',
      "module.exports = require('nope');",
      /'nope'[^]*fix: +install that package/,
    ],
    [
      'await at the top',
      'reel.config.ts',
      'await 1;\nexport default {};',
      /top-level await\n[^]*take the top-level await out/,
    ],
    ['an enum', 'reel.config.ts', 'enum A { x }\nexport default {};', /enum is not supported[^]*no enum/],
    [
      'no default export',
      'reel.config.ts',
      "export const config = { dir: 'x' };",
      /no default export[^]*export default/,
    ],
  ])('with %s says so, where it is, and what helps', (_, name, text, said) => {
    write(name, text);
    expect(() => loadConfig(root, {})).toThrow(said);
    expect(() => loadConfig(root, {})).toThrow(/REEL_CONFIG_UNREADABLE/);
  });
});
