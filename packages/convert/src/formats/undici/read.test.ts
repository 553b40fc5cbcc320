import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { request, SnapshotAgent } from 'undici';
import { describe, expect, test } from 'vitest';
import { bodyText, read, requestText } from '../../../test/reading.ts';

const body = Buffer.from('{"a":1}').toString('base64');
const snapshot = {
  request: { method: 'POST', url: 'https://api.example.com/v1/x', headers: {}, body: '{}' },
  responses: [
    { statusCode: 429, headers: {}, body },
    { statusCode: 200, headers: { 'content-type': 'application/json' }, body, trailers: { 'x-t': '1' } },
  ],
  callCount: 0,
  timestamp: '2026-11-20T10:00:00.000Z',
};

describe('undici snapshots', () => {
  test.each([
    ['a list', [{ hash: 'h', snapshot }]],
    ['the older map', { h: snapshot }],
  ])('of %s give every answer in its order', (_, file) => {
    const { format, interactions } = read(file);
    expect(format).toBe('undici');
    expect(interactions.map(({ response, ending }) => [response!.status, ending])).toEqual([
      [429, { kind: 'end' }],
      [200, { kind: 'end', trailers: [['x-t', '1']] }],
    ]);
  });

  test('whose request body was not recorded are left out', () => {
    const lost = { ...snapshot, request: { ...snapshot.request, body: '[object AsyncGenerator]' } };
    expect(read([{ hash: 'h', snapshot: lost }]).skipped[0]).toMatch(/its request body was not recorded/);
  });

  test('are read as undici itself writes them', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'reel-undici-'));
    const server = createServer((incoming, response) => {
      incoming
        .resume()
        .on('end', () =>
          response.writeHead(200, { 'content-type': 'application/json' }).end('{"plain": true}'),
        );
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1/x`;
    const path = join(folder, 'snapshots.json');
    const agent = new SnapshotAgent({ mode: 'record', snapshotPath: path });
    await (await request(url, { method: 'POST', body: '{"model":"m"}', dispatcher: agent })).body.text();
    await agent.close();
    server.close();
    const { interactions } = read(readFileSync(path));
    rmSync(folder, { recursive: true });
    expect([interactions[0]!.request.url, requestText(interactions[0]!), bodyText(interactions[0]!)]).toEqual(
      [url, '{"model":"m"}', '{"plain": true}'],
    );
  });
});
