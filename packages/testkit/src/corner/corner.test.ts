import { request as httpRequest, type IncomingMessage } from 'node:http';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startProviders, type Simulator } from '../index.ts';

let sim: Simulator;

beforeAll(async () => {
  sim = await startProviders();
});
afterAll(() => sim.close());

const get = (path: string, init?: RequestInit) => fetch(`${sim.baseUrl('http')}${path}`, init);

test('redirects as often as asked, keeping or changing the method', async () => {
  const moved = await get('/redirect/3', { method: 'POST', body: 'x' });
  expect([moved.redirected, await moved.json()]).toEqual([true, { arrived: true, method: 'GET' }]);
  const kept = await get('/redirect/2?status=307', { method: 'POST', body: 'x' });
  expect(await kept.json()).toEqual({ arrived: true, method: 'POST' });
});

test('answers any status, with its own reason phrase', async () => {
  const response = await get('/status/418?text=Short%20And%20Stout');
  expect([response.status, response.statusText]).toEqual([418, 'Short And Stout']);
  expect((await get('/status/304')).status).toBe(304);
  expect((await get('/status/7')).status).toBe(400);
});

test('repeats headers', async () => {
  const response = await get('/headers');
  expect(response.headers.getSetCookie()).toEqual([
    'a=1; Path=/',
    'b=2; Path=/; Expires=Wed, 21 Oct 2026 07:28:00 GMT',
  ]);
  expect(response.headers.get('x-repeated')).toBe('one, two');
});

test('gives the same binary for the same seed', async () => {
  const bytes = async (path: string) => Buffer.from(await (await get(path)).arrayBuffer());
  expect((await bytes('/bytes/1000')).equals(await bytes('/bytes/1000'))).toBe(true);
  expect((await bytes('/bytes/1000')).equals(await bytes('/bytes/1000?seed=2'))).toBe(false);
});

test('streams lines and events', async () => {
  expect(
    (await (await get('/ndjson/3')).text())
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line).at),
  ).toEqual([0, 1, 2]);
  expect((await (await get('/sse/2')).text()).split('\n\n')).toHaveLength(4);
});

test('echoes method, headers and body, binary bodies too', async () => {
  const text = (await (
    await get('/echo?a=1&a=2', { method: 'PUT', headers: { 'X-Case': 'v' }, body: 'é' })
  ).json()) as object;
  expect(text).toMatchObject({
    method: 'PUT',
    query: [
      ['a', '1'],
      ['a', '2'],
    ],
    text: 'é',
  });
  const body = Buffer.from([0, 200, 255]);
  expect(await (await get('/echo', { method: 'POST', body })).json()).toMatchObject({
    base64: body.toString('base64'),
  });
});

test('answers HEAD with the length and no body, and 204 with neither', async () => {
  const head = await get('/head', { method: 'HEAD' });
  expect([head.headers.get('content-length'), await head.text()]).toEqual(['42', '']);
  const none = await get('/204');
  expect([none.status, none.headers.get('x-empty'), await none.text()]).toEqual([204, 'yes', '']);
});

test('cuts characters of several bytes at the boundaries of its chunks', async () => {
  const response = await new Promise<IncomingMessage>((resolve) => {
    httpRequest(`${sim.url}/http/chunks`, resolve).end();
  });
  const pieces: Buffer[] = [];
  for await (const piece of response) pieces.push(piece as Buffer);
  const broken = pieces.filter((piece) => piece.toString().includes('\ufffd'));
  expect(broken.length).toBeGreaterThan(3);
  expect(Buffer.concat(pieces).toString()).toContain('漢字かな, 👩‍🚀');
});

test('sends trailers', async () => {
  const response = await new Promise<IncomingMessage>((resolve) => {
    httpRequest(`${sim.url}/http/trailers`, resolve).end();
  });
  response.resume();
  await new Promise((resolve) => response.once('end', resolve));
  expect(response.trailers).toEqual({ 'x-checksum': 'abc' });
});

test('resets and hangs up, at once or after some events', async () => {
  await expect(get('/reset')).rejects.toMatchObject({ cause: { code: 'ECONNRESET' } });
  await expect(get('/hangup')).rejects.toMatchObject({ cause: { code: 'UND_ERR_SOCKET' } });
  await expect((await get('/hangup?after=2')).text()).rejects.toMatchObject({
    cause: { code: 'UND_ERR_SOCKET' },
  });
  await expect((await get('/reset?after=2')).text()).rejects.toBeInstanceOf(TypeError);
});

test('waits as long as asked', async () => {
  expect(await (await get('/slow/30')).json()).toEqual({ waited: 30 });
});
