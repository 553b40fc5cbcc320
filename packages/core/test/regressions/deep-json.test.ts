import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { createMemoryStore } from '../../src/cassette/stores/memory.ts';
import { useCassette } from '../../src/use-cassette.ts';

test('a recording of JSON that is nested too deeply to be searched is refused with a reason, and nothing is written', async () => {
  const depth = 20_000;
  const server = createServer((_, response) => {
    response.setHeader('content-type', 'application/json');
    response.end(`${'['.repeat(depth)}${']'.repeat(depth)}`);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const store = createMemoryStore();
  const run = useCassette('deep', { store, mode: 'record', intercept: [origin] }, async () => {
    await (await fetch(`${origin}/deep`)).text();
  });
  await expect(run).rejects.toThrow(
    /REEL_BODY_UNREADABLE: the recording holds JSON that is nested too deeply/,
  );
  expect(store.read('deep')).toBeUndefined();
  server.close();
});
