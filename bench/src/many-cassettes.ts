import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/**
 * `reel ls` and `reel check` over many cassettes, against reading the files: 5,000 of them, 200 MB. Each figure is taken in a process of
 * its own, the median of several, after the files were read once. Prints a table; with `--json`, one JSON document.
 *
 * `node src/many-cassettes.ts [cassettes] [megabytes]`
 */
const script = fileURLToPath(import.meta.url);
const [task, folder = ''] = process.argv.slice(2);

if (task === '--measure') await measureOne(folder, process.argv[4] ?? '');
else main();

interface Figure {
  readonly milliseconds: number;
  /** Largest resident set, in bytes. */
  readonly peak: number;
}

async function measureOne(root: string, what: string): Promise<void> {
  const { check, findCassettes, listCassettes } = await import('@reel/core/engine');
  const start = performance.now();
  if (what === 'read') {
    for (const file of readdirSync(root, { recursive: true, withFileTypes: true }))
      if (file.isFile() && file.name.endsWith('.jsonl')) readFileSync(join(file.parentPath, file.name));
  } else if (what === 'ls') {
    const listed = listCassettes(findCassettes({ base: root }));
    if (listed.some((outline) => 'problem' in outline)) throw new Error('a cassette is unreadable');
  } else {
    const { findings } = await check({
      base: root,
      from: root,
      known: ['not-in-there-4711'],
      cache: what === 'check again',
    });
    if (findings.length > 0) throw new Error(`there are findings: ${JSON.stringify(findings[0])}`);
  }
  const milliseconds = performance.now() - start;
  process.stdout.write(
    JSON.stringify({ milliseconds, peak: process.resourceUsage().maxRSS * 1024 } satisfies Figure),
  );
}

function measure(root: string, what: string, times: number): Figure {
  const figures = Array.from({ length: times }, () => {
    const child = spawnSync(process.execPath, [script, '--measure', root, what], { encoding: 'utf8' });
    if (child.status !== 0) throw new Error(`${what}: ${child.stderr}`);
    return JSON.parse(child.stdout) as Figure;
  });
  const middle = figures.toSorted((a, b) => a.milliseconds - b.milliseconds)[Math.floor(times / 2)]!;
  return { milliseconds: middle.milliseconds, peak: Math.max(...figures.map(({ peak }) => peak)) };
}

function main(): void {
  const count = Number(task ?? 5_000);
  const megabytes = Number(folder === '' ? 200 : folder);
  const root = mkdtempSync(join(tmpdir(), 'reel-bench-'));
  try {
    const bytes = writeCassettes(root, count, (megabytes * 1e6) / count);
    measure(root, 'read', 1);
    const read = measure(root, 'read', 5);
    const rows = [
      { what: 'read', ...read },
      { what: 'ls', ...measure(root, 'ls', 5) },
      { what: 'check', ...measure(root, 'check', 1) },
      // The first of these remembers what was clean.
      ...(measure(root, 'check again', 1), [{ what: 'check again', ...measure(root, 'check again', 5) }]),
    ];
    process.stdout.write(`${count} cassettes, ${Math.round(bytes / 1e6)} MB\n`);
    for (const { what, milliseconds, peak } of rows) {
      const speed = (read.milliseconds / milliseconds).toFixed(2);
      process.stdout.write(
        `${what.padEnd(12)} ${milliseconds.toFixed(0).padStart(7)} ms  ${speed.padStart(6)}x the speed of reading  ${(peak / 1e6).toFixed(0).padStart(4)} MB at most\n`,
      );
    }
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

/** Streams, plain answers and embeddings, as tests record them. */
function writeCassettes(root: string, count: number, size: number): number {
  let total = 0;
  let seed = 1;
  const random = (below: number): number => {
    seed = (seed * 1_103_515_245 + 12_345) & 0x7fff_ffff;
    return seed % below;
  };
  const words =
    'the quick brown fox jumps over a lazy dog while seven wizards brew strange potions near quiet rivers'.split(
      ' ',
    );
  const prose = (length: number): string =>
    Array.from({ length }, () => words[random(words.length)]).join(' ');
  for (let file = 0; file < count; file++) {
    const pieces = [
      `{"reel":1,"name":"test ${file}","recordedAt":"2026-11-20T10:00:00Z","by":"bench","rules":""}`,
    ];
    let length = 0;
    for (let n = 1; length < size; n++) {
      const lines = [streamed, plain, embedded][(file + n) % 3]!(n);
      pieces.push(...lines);
      length += lines.reduce((sum, line) => sum + line.length + 1, 0);
    }
    const path = join(root, 'cassettes', `d${file % 50}`);
    mkdirSync(path, { recursive: true });
    const text = `${pieces.join('\n')}\n`;
    writeFileSync(join(path, `test-${file}.jsonl`), text);
    total += text.length;
  }
  return total;

  function request(n: number, path: string, body: unknown): string {
    return `{"request":${n},"method":"POST","url":"https://api.openai.com/v1/${path}","headers":[["content-type","application/json"]],"json":${JSON.stringify(body)}}`;
  }

  function chat(stream: boolean): unknown {
    const messages = [
      { role: 'system', content: prose(60) },
      { role: 'user', content: prose(120) },
    ];
    return { model: 'gpt-4o-mini', stream, messages };
  }

  function streamed(n: number): string[] {
    const event = (content: string, finish: string | null): unknown => ({
      id: 'chatcmpl-0',
      object: 'chat.completion.chunk',
      created: 0,
      model: 'gpt-4o-mini',
      choices: [{ index: 0, delta: { content }, finish_reason: finish }],
    });
    return [
      request(n, 'chat/completions', chat(true)),
      `{"response":${n},"status":200,"headers":[["content-type","text/event-stream"]]}`,
      ...Array.from({ length: 60 }, (_, index) => {
        const text = `data: ${JSON.stringify(event(` ${prose(1)}`, index === 59 ? 'stop' : null))}\n\n`;
        return `{"chunk":${n},"text":${JSON.stringify(text)}}`;
      }),
      `{"chunk":${n},"text":"data: [DONE]\\n\\n"}`,
      `{"end":${n}}`,
    ];
  }

  function answer(n: number, body: unknown): string[] {
    return [
      `{"response":${n},"status":200,"headers":[["content-type","application/json"]],"json":${JSON.stringify(body)}}`,
      `{"end":${n}}`,
    ];
  }

  function plain(n: number): string[] {
    const message = { role: 'assistant', content: prose(400) };
    const usage = { prompt_tokens: 200, completion_tokens: 400, total_tokens: 600 };
    const body = {
      id: 'chatcmpl-0',
      object: 'chat.completion',
      created: 0,
      model: 'gpt-4o-mini',
      choices: [{ index: 0, message, finish_reason: 'stop' }],
      usage,
    };
    return [request(n, 'chat/completions', chat(false)), ...answer(n, body)];
  }

  function embedded(n: number): string[] {
    const embedding = Array.from({ length: 512 }, () => Number((random(2e6) / 1e6 - 1).toFixed(8)));
    const body = {
      object: 'list',
      data: [{ object: 'embedding', index: 0, embedding }],
      model: 'text-embedding-3-small',
      usage: { prompt_tokens: 20, total_tokens: 20 },
    };
    return [
      request(n, 'embeddings', { model: 'text-embedding-3-small', input: prose(20) }),
      ...answer(n, body),
    ];
  }
}
