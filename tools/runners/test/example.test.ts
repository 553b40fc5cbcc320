import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findBrowser } from '@reel/browser';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { start, type Finished } from '../../../packages/testkit/src/adapter-conformance/run-process.ts';
import { newestDrivers } from '../src/pairs.ts';

const example = fileURLToPath(new URL('../../../apps/example/', import.meta.url));
const committed = join(example, 'test/cassettes');
/** How the example starts each runner. */
const { scripts } = JSON.parse(readFileSync(join(example, 'package.json'), 'utf8')) as {
  scripts: Readonly<Record<string, string>>;
};
const runners = ['vitest', 'jest', 'mocha', 'playwright'] as const;
type Runner = (typeof runners)[number];
const script: Readonly<Record<Runner, string>> = {
  vitest: scripts['test']!,
  jest: scripts['test:jest']!,
  mocha: scripts['test:mocha']!,
  playwright: scripts['test:playwright']!,
};
const counters = new Map(newestDrivers().map(({ runner, counts }) => [runner, counts]));
/** Without one, the tests that need a page are skipped by the suite itself, with the reason. */
const browser = await findBrowser();

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'reel-example-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A folder of cassettes for one test, empty or with the committed ones. */
function cassettes(name: string, { empty = false } = {}): string {
  const root = join(folder, name);
  if (!empty) cpSync(committed, root, { recursive: true });
  return root;
}

/** Runs a command of the example over a folder of cassettes, with no key and none of our own settings. */
async function run(
  command: string,
  root: string,
  env: Readonly<Record<string, string>> = {},
): Promise<Finished> {
  const inherited = Object.entries(process.env).filter(([name]) => !/^(REEL_|VITEST|.*_API_KEY$)/.test(name));
  return start('sh', ['-c', command], {
    cwd: example,
    env: {
      ...Object.fromEntries(inherited),
      PATH: [join(example, 'node_modules/.bin'), dirname(process.execPath), process.env['PATH']].join(
        delimiter,
      ),
      FORCE_COLOR: '0',
      CI: '1',
      REEL_DIR: root,
      REEL_RECEIPT: join(folder, 'receipt.json'),
      DESK_PORT: String(await freePort()),
      ...(browser.path !== undefined && { REEL_BROWSER: browser.path }),
      ...env,
    },
  }).finished;
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as { port: number };
      probe.close(() => resolve(port));
    });
  });
}

/** Text of every cassette by path, without the time in the header. */
function tapes(root: string): Readonly<Record<string, string>> {
  return Object.fromEntries(
    readdirSync(root, { recursive: true, encoding: 'utf8' })
      .filter((path) => path.endsWith('.jsonl'))
      .toSorted()
      .map((path) => [
        path,
        readFileSync(join(root, path), 'utf8').replace(/"recordedAt":"[^"]*"/, '"recordedAt":""'),
      ]),
  );
}

const body = (tape: string): string => tape.slice(tape.indexOf('\n') + 1);

describe('the tests of the example, written for four runners', () => {
  const recorded = new Map<Runner, Readonly<Record<string, string>>>();

  test.each(runners)(
    'recorded afresh under %s, give the committed cassettes byte for byte',
    async (runner) => {
      const root = cassettes(`by-${runner}`, { empty: true });

      const { code, output } = await run(`node record.ts ${runner}`, root, { REEL_ALLOW_RECORD: '1' });

      expect(code, output).toBe(0);
      const fresh = tapes(root);
      const kept = tapes(committed);
      expect(Object.keys(fresh).length).toBeGreaterThan(30);
      for (const [path, tape] of Object.entries(fresh)) expect(body(tape), path).toBe(body(kept[path] ?? ''));
      recorded.set(runner, fresh);
    },
  );

  test('of what several of them recorded, the header is the same as well, but for its time', () => {
    const all = runners.map((runner) => recorded.get(runner)!);
    const shared = Object.keys(all[0]!).filter((path) => all.every((tape) => path in tape));
    expect(shared.length).toBeGreaterThan(30);
    for (const path of shared) {
      for (const tape of all) expect(tape[path], path).toBe(all[0]![path]);
    }
  });

  test.each(runners)('replay under %s what Vitest recorded, and no byte changes', async (runner) => {
    // What only Playwright has tests for is as committed.
    const root = cassettes(`mixed-${runner}`);
    cpSync(join(folder, 'by-vitest'), root, { recursive: true });
    const before = tapes(root);

    const { code, output } = await run(script[runner], root);

    expect(code, output).toBe(0);
    expect(output).toMatch(/reel {2}\d+ replayed in \d+ tests/);
    expect(tapes(root)).toEqual(before);
  });
});

test.for(runners)('without a network and without a key all tests pass under %s', async (runner, context) => {
  const cut = 'ip link set lo up && ';
  const isPossible = spawnSync('unshare', ['-n', 'sh', '-c', `${cut}true`]).status === 0;
  if (!isPossible)
    return context.skip('this machine does not let us cut the network off (unshare -n, ip link)');
  // A network that is there after all must not go unseen.
  const probe = `node -e "require('node:net').connect(443, '1.1.1.1').on('error', (e) => process.exit(e.code === 'ENETUNREACH' ? 0 : 9)).on('connect', () => process.exit(9))"`;
  const inside = `${cut}${probe} && ${script[runner]}`;

  const { code, output } = await run('unshare -n sh -c "$INSIDE"', committed, { INSIDE: inside });

  expect(code, output).toBe(0);
  const counts = counters.get(runner)!(output);
  expect(counts.failed).toBe(0);
  expect(counts.passed).toBeGreaterThan(30);
});

test.each(runners)(
  'one deleted interaction in each of two cassettes fails exactly the two tests that need it under %s',
  async (runner) => {
    const root = cassettes(`deleted-${runner}`);
    const names = [
      'support-agent/the-support-agent-on-openai--looks-up-the-order-first-then-tracks-its-pa~2hiv9h.jsonl',
      // Under Playwright this one is asked by the server under test.
      'api/the-api-on-anthropic--streams-an-answer-with-the-tools-that-were-used~hn6udj.jsonl',
    ];
    for (const name of names) {
      const lines = readFileSync(join(root, name), 'utf8').split('\n');
      const last = lines.findLastIndex((line) => line.startsWith('{"request"'));
      writeFileSync(join(root, name), `${lines.slice(0, last).join('\n')}\n`);
    }
    const { code, output } = await run(script[runner], root);

    const counts = counters.get(runner)!(output);
    expect(code).not.toBe(0);
    expect(counts.failed, output).toBe(2);
    expect(counts.passed).toBeGreaterThan(30);
    for (const title of ['looks up the order first', 'streams an answer with the tools'])
      expect(output).toContain(title);
    const remedies = output.match(new RegExp(`REEL_MODE=record npx ${runner}.*`, 'g')) ?? [];
    expect(remedies.join('\n')).toContain('support-agent.');
    expect(remedies.join('\n')).toContain('api.');
  },
);
