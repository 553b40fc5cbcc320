import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { cassette, chat, git, secret } from './library-fixtures.ts';
import { reel } from './reel.ts';
import { temporaryFolder } from './temporary-folder.ts';

const good = cassette([chat('Hi', 'Hello')]);
const [header] = good.split('\n');
const noise = Buffer.from(Array.from({ length: 5000 }, (_, index) => (index * 7919) % 256));

/** Everything that may lie where a cassette is due. */
const garbage: Readonly<Record<string, string | Uint8Array>> = {
  'binary.jsonl': noise,
  'blank.jsonl': '\n\n\n',
  'bom.jsonl': `\uFEFF${good}`,
  'conflict.jsonl': good.replace('{"end":1}', '<<<<<<< a\n{"end":1}\n=======\n>>>>>>> b'),
  'crlf.jsonl': good.replaceAll('\n', '\r\n'),
  'cut.jsonl': good.slice(0, -30),
  'deep.jsonl': `${header!}\n{"request":1,"method":"POST","url":"https://api.openai.com/v1/x","json":${'['.repeat(20_000)}${']'.repeat(20_000)}}\n{"end":1}\n`,
  'deep-text.jsonl': `${header!}\n{"request":1,"method":"POST","url":"https://api.openai.com/v1/x","text":"${'['.repeat(20_000)}${']'.repeat(20_000)}"}\n{"response":1,"status":200,"text":"${'{\\"a\\":'.repeat(9_000)}1${'}'.repeat(9_000)}"}\n{"end":1}\n`,
  'empty.jsonl': '',
  'gzip.jsonl': gzipSync(good),
  'har.jsonl': '{"log":{"entries":[]}}',
  'html.jsonl': '<!doctype html><title>x</title>',
  'key.jsonl': `${secret}\n`,
  'lfs.jsonl': 'version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n',
  'line.jsonl': good.replace('"method":"POST"', `"method":${secret}`),
  'newer.jsonl': good.replace('"reel":1', '"reel":99'),
  'nul.jsonl': Buffer.alloc(4096),
  'odd-url.jsonl': `${header!}\n{"request":1,"method":"GET","url":"not a url \\ud800"}\n{"response":1,"status":99999}\n{"end":1}\n`,
  'proto.jsonl': `${header!}\n{"request":1,"method":"POST","url":"https://api.openai.com/v1/chat/completions","json":{"__proto__":{"model":"x"},"messages":[{"__proto__":null,"role":"user","content":{"constructor":1}}]}}\n{"end":1}\n`,
  'utf16.jsonl': Buffer.from(good, 'utf16le'),
  'zalgo-Ĥ̷̛.jsonl': good,
};

function folder(): string {
  const cwd = temporaryFolder({
    'good/cassettes/a.jsonl': good,
    ...Object.fromEntries(
      Object.entries(garbage).map(([name, content]) => [`bad/cassettes/${name}`, content]),
    ),
  });
  symlinkSync(join(cwd, 'nowhere'), join(cwd, 'bad/cassettes/link.jsonl'));
  mkdirSync(join(cwd, 'bad/cassettes/folder.jsonl'));
  return cwd;
}

describe('whatever lies in a cassette folder', () => {
  test.for([
    ['ls'],
    ['ls', '--json'],
    ['stats'],
    ['stats', '--json'],
    ['check', '--no-cache'],
    ['check', '--json', '--no-cache'],
    ['stale', '--max-age', '1d'],
    ['normalize', '--dry-run'],
    ['redact', '--dry-run'],
    ['upgrade', '--dry-run'],
    ['drift', 'good', 'bad'],
    ['merge', 'good', 'bad', '--out', 'out'],
  ])('reel %s names it and comes to its end', async (words) => {
    const { code, stdout, stderr } = await reel(words, { cwd: folder() });
    expect(stderr).not.toContain('defect');
    expect(code).toBe(1);
    expect(stdout).toContain('empty.jsonl');
    expect(stdout + stderr).not.toContain(secret);
    // What is no document throws here.
    const document: unknown = words.includes('--json') ? JSON.parse(stdout) : {};
    expect(document).toBeTypeOf('object');
  });

  describe('one file at a time', () => {
    test.for(['show', 'diff', 'merge'])('reel %s refuses it with one sentence, or copes', async (name) => {
      const cwd = folder();
      for (const file of [...Object.keys(garbage), 'link.jsonl', 'folder.jsonl']) {
        const path = `bad/cassettes/${file}`;
        const words =
          name === 'show'
            ? ['show', path]
            : name === 'diff'
              ? ['diff', 'good/cassettes/a.jsonl', path]
              : ['merge', 'good/cassettes/a.jsonl', path, '--out', 'out.jsonl', '--force'];
        const { code, stdout, stderr } = await reel(words, { cwd });
        expect(stderr, file).not.toContain('defect');
        expect([0, 1, 2], file).toContain(code);
        expect(stdout + stderr, file).not.toContain(secret);
        if (name !== 'show') continue;
        const shown = await reel(['show', '--textconv', path], { cwd });
        expect(shown.code, file).toBe(['link.jsonl', 'folder.jsonl'].includes(file) ? 2 : 0);
        expect(shown.stdout + shown.stderr, file).not.toContain(secret);
      }
    });
  });

  test('can be staged, and is named', async () => {
    const cwd = folder();
    git(cwd, 'init', '-q');
    git(cwd, 'add', '-A');
    const { code, stdout, stderr } = await reel(['check', '--staged'], { cwd });
    expect(stderr).not.toContain('defect');
    expect({ code, has: stdout.includes('bad/cassettes/empty.jsonl') }).toEqual({ code: 1, has: true });
    expect(stdout + stderr).not.toContain(secret);
  });
});
