import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { ask, Bench, chat, postChat } from './support.ts';

const script = fileURLToPath(new URL('programs/proxy.mjs', import.meta.url));

test('a proxy that is killed loses nothing that was good before, and what it had heard is in the journal', async () => {
  await using bench = await Bench.open();
  const first = await bench.proxy('record');
  await postChat(first, 'Say hello to Kim');
  await first.close();
  const before = readFileSync(join(bench.folder, 'test.jsonl'));

  const options = { cassette: 'test', environment: {}, from: bench.folder, options: bench.options('record') };
  const child = spawn(process.execPath, [script, JSON.stringify(options)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const [line] = (await once(createInterface(child.stdout), 'line')) as [string];
  const { url } = JSON.parse(line) as { url: string };
  const answer = await ask(`${url}/openai/v1/chat/completions`, { body: chat('Say hello to Lee') });
  expect(answer.status).toBe(200);
  // The answer is not held back for the journal: the client may be quicker by a moment.
  await expect.poll(() => journalsIn(bench.folder)).toHaveLength(1);
  child.kill('SIGKILL');
  await once(child, 'close');

  expect(readFileSync(join(bench.folder, 'test.jsonl'))).toEqual(before);
  const heard = readFileSync(join(bench.folder, journalsIn(bench.folder)[0]!), 'utf8');
  expect(heard).toContain('Say hello to Lee');
  expect(heard).not.toContain('sk-test');

  // And the next one begins as if nothing had happened.
  const player = await bench.proxy('replay');
  expect((await postChat(player, 'Say hello to Kim')).status).toBe(200);
});

test('a proxy in a process of its own ends by itself when it is closed', async () => {
  await using bench = await Bench.open();
  const options = { cassette: 'test', environment: {}, from: bench.folder, options: bench.options('record') };
  const child = spawn(process.execPath, [script, JSON.stringify(options)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const lines = createInterface(child.stdout);
  const [line] = (await once(lines, 'line')) as [string];
  const { url } = JSON.parse(line) as { url: string };
  await fetch(`${url}/openai/v1/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: 'Bearer k' },
    body: chat('Hello'),
  }).then((response) => response.text());
  child.stdin.end();
  const [report] = (await once(lines, 'line')) as [string];
  expect(JSON.parse(report)).toEqual([{ saved: true, recorded: 1 }]);
  const [code] = (await once(child, 'close')) as [number];
  expect(code).toBe(0);
});

function journalsIn(folder: string): string[] {
  return readdirSync(folder).filter((name) => name.includes('journal'));
}
