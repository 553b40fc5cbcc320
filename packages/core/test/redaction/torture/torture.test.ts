import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { openCassette } from '../../../src/cassette/tape.ts';
import type { ReelOptions } from '../../../src/options.ts';
import { summarize, type ScopeReport } from '../../../src/report.ts';
import { formatSummary } from '../../../src/summary.ts';
import { useCassette } from '../../../src/use-cassette.ts';
import { plainSecret, seeded } from '../../fixtures/synthetic-secrets.ts';
import { clients } from './clients.ts';
import { LeakSearch } from './leaks.ts';
import { type Exchange, kindsOf, Planter } from './plants.ts';
import { startServer } from './server.ts';

const known = {
  'env-value': plainSecret(seeded(901)),
  'configured-value': `${plainSecret(seeded(902))}+/"é`,
};

let server: Awaited<ReturnType<typeof startServer>>;
let dir: string;
const printed: string[] = [];

beforeAll(async () => {
  server = await startServer();
  dir = mkdtempSync(join(tmpdir(), 'reel-torture-'));
  vi.stubEnv('TORTURE_API_KEY', known['env-value']);
  for (const stream of [process.stdout, process.stderr]) {
    const write = stream.write.bind(stream);
    vi.spyOn(stream, 'write').mockImplementation((...args: unknown[]) => {
      printed.push(String(args[0]));
      return (write as (...args: unknown[]) => boolean)(...args);
    });
  }
});
afterAll(async () => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  await server.close();
  rmSync(dir, { recursive: true, force: true });
});

function options(mode: string): ReelOptions {
  return {
    mode,
    dir,
    intercept: [new URL(server.origin).host],
    redact: { secrets: [known['configured-value']], headers: { allow: ['x-kept'] } },
  };
}

/** Every file under the folder, whatever its name: cassettes, journals, locks, temporary files. */
function filesIn(folder: string): { readonly name: string; readonly text: string }[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => ({ name, text: readFileSync(join(parentPath, name), 'latin1') }));
}

async function send(exchange: Exchange, index: number): Promise<Buffer> {
  server.expect(exchange);
  return clients[index % clients.length]!(server.origin, exchange);
}

const search = new LeakSearch();
const planter = new Planter(search);
const kinds = kindsOf(1, known);
const reports: ScopeReport[] = [];
let journals = 0;

test('thousands of secrets of every kind, in every place and encoding and cut everywhere, reach no cassette, journal or output', async () => {
  const leaks: string[] = [];
  const broken: string[] = [];
  for (const [number, kind] of kinds.entries()) {
    const id = `k${number}`;
    await useCassette(id, { ...options('record'), onReport: (report) => reports.push(report) }, async () => {
      let index = number;
      for (const exchange of planter.exchanges(kind, id)) await send(exchange, (index += 1));
      // The recording is still going on: what is there now is the journal.
      const now = filesIn(dir).filter(({ name }) => name !== `${id}.jsonl` && name.includes(`${id}.jsonl`));
      journals += now.length;
      for (const { name, text } of now)
        leaks.push(...search.in(text).map((plant) => `journal ${name}: ${plant}`));
    });
    const stored = readFileSync(join(dir, `${id}.jsonl`));
    const text = stored.toString('latin1');
    leaks.push(...search.in(text).map((plant) => `cassette ${id}: ${plant}`));
    broken.push(...brokenIn(stored));
    leaks.push(...search.in(spoken(stored)).map((plant) => `what the stream of ${id} says: ${plant}`));
  }
  const output = [...printed, formatSummary(summarize(reports), { color: false })].join('');
  leaks.push(...search.in(output).map((plant) => `output: ${plant}`));
  leaks.push(...filesIn(dir).flatMap(({ name, text }) => (name.endsWith('.jsonl') ? [] : search.in(text))));
  console.log(
    `planted ${planter.planted} secrets of ${kinds.length} kinds; looked into ${journals} journals`,
  );
  expect(broken).toEqual([]);
  expect([...new Set(leaks)].slice(0, 40)).toEqual([]);
  expect(planter.planted).toBeGreaterThan(2000);
  expect(journals).toBeGreaterThanOrEqual(kinds.length);
}, 110_000);

/** Bodies and payloads that were JSON when they were sent and are none on tape. */
function brokenIn(bytes: Buffer): string[] {
  const tape = openCassette({ bytes, where: 'cassette', readBlob: () => undefined });
  return tape.allInteractions().flatMap(({ request, response, chunks }) => {
    const type = new Map(response!.headers.map(([name, value]) => [name.toLowerCase(), value])).get(
      'content-type',
    )!;
    const texts = chunks.map(({ bytes }) => Buffer.from(bytes).toString());
    const documents =
      type === 'application/json' ? [texts.join('')] : /event-stream|ndjson/.test(type) ? texts : [];
    return documents
      .map((text) => text.replace(/^data: /, ''))
      .filter((text) => text.startsWith('{') && !isJson(text))
      .map(() => request.url);
  });
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** What the events of all streams of a cassette say together, payloads of AWS frames opened. */
function spoken(bytes: Buffer): string {
  const tape = openCassette({ bytes, where: 'cassette', readBlob: () => undefined });
  return tape
    .allInteractions()
    .map(({ chunks }) =>
      chunks
        .map(({ bytes }) => {
          const text = Buffer.from(bytes).toString('latin1');
          const inner = /"bytes":"([^"]+)"/.exec(text)?.[1];
          const payload = inner === undefined ? text : Buffer.from(inner, 'base64').toString();
          const said = /"(?:content|arguments|text)":("(?:[^"\\]|\\.)*")/.exec(payload)?.[1];
          return said === undefined ? '' : (JSON.parse(said) as string);
        })
        .join(''),
    )
    .join('\n');
}

test('the same requests with other keys of the same kinds replay, and a miss says nothing of them', async () => {
  const other = kindsOf(2, known);
  const problems: string[] = [];
  for (const [number, kind] of other.entries()) {
    const id = `k${number}`;
    await useCassette(id, options('replay'), async () => {
      let index = number + 1;
      for (const exchange of planter.exchanges(kind, id)) {
        const body = (await send(exchange, (index += 1))).toString('latin1');
        if (body.includes('REEL_'))
          problems.push(`${exchange.name} (${kind.ruleId}): ${body.slice(0, 1500)}`);
      }
    }).catch((error: unknown) => {
      problems.push(...search.in(String(error)).map((plant) => `error of ${id}: ${plant}`));
    });
  }
  expect(problems.slice(0, 5)).toEqual([]);
}, 60_000);

test('a secret that the answer brought and the next request takes back still matches in replay', async () => {
  const key = kinds.find(({ ruleId }) => ruleId === 'groq-key')!.make()[1];
  const turn = (path: string, body: unknown, answer: unknown): Exchange => ({
    name: path,
    path,
    headers: { 'content-type': 'application/json' },
    body: Buffer.from(JSON.stringify(body)),
    answer: {
      headers: { 'content-type': 'application/json' },
      pieces: [Buffer.from(JSON.stringify(answer))],
    },
  });
  const conversation = async (): Promise<string> => {
    const first = JSON.parse(
      (await send(turn('/turn/1', { q: 1 }, { session: `use ${key}` }), 0)).toString(),
    ) as { session: string };
    return (await send(turn('/turn/2', { again: first.session }, { done: true }), 1)).toString();
  };
  await useCassette('turns', options('record'), conversation);
  expect(await useCassette('turns', options('replay'), conversation)).toBe('{"done":true}');
});
