import { expect, onTestFinished, test } from 'vitest';
import { startProviders, type Simulator } from './index.ts';

async function started(): Promise<Simulator> {
  const sim = await startProviders();
  onTestFinished(() => sim.close());
  return sim;
}

test('tells where each public origin is simulated', async () => {
  const sim = await started();
  expect(sim.upstreams).toMatchObject({
    'https://api.openai.com': `${sim.url}/openai`,
    'https://api.anthropic.com': `${sim.url}/anthropic`,
    'https://generativelanguage.googleapis.com': `${sim.url}/google`,
    'http://127.0.0.1:11434': `${sim.url}/ollama`,
  });
  expect(sim.baseUrl('openai')).toBe(`${sim.url}/openai/v1`);
});

test('logs what arrives in order, refused requests included', async () => {
  const sim = await started();
  await fetch(`${sim.baseUrl('openai')}/models?x=1`);
  await fetch(`${sim.baseUrl('http')}/echo`, { method: 'POST', headers: { 'X-Tag': 'b' }, body: '{"a":1}' });
  expect(sim.calls).toBe(2);
  expect(sim.requests[0]).toMatchObject({ provider: 'openai', method: 'GET', path: '/v1/models' });
  expect(sim.requests[0]!.query.get('x')).toBe('1');
  expect(sim.requests[1]).toMatchObject({ provider: 'http', path: '/echo', text: '{"a":1}', json: { a: 1 } });
  expect(sim.requests[1]!.headers['x-tag']).toBe('b');
  sim.reset();
  expect(sim.calls).toBe(0);
});

test('closes although a client is still connected and waiting, and twice', async () => {
  const sim = await startProviders();
  const waiting = fetch(`${sim.url}/http/silent`);
  const failure = waiting.catch((error: unknown) => error);
  await fetch(`${sim.url}/http/json`);
  await sim[Symbol.asyncDispose]();
  await sim.close();
  expect(await failure).toBeInstanceOf(TypeError);
  await expect(fetch(`${sim.url}/http/json`)).rejects.toMatchObject({ cause: { code: 'ECONNREFUSED' } });
});

test('a port that is taken is an error, not a hang', async () => {
  const sim = await started();
  await expect(startProviders({ port: sim.port })).rejects.toMatchObject({ code: 'EADDRINUSE' });
});

test('an unknown provider or path is a 404 that says so', async () => {
  const sim = await started();
  const nobody = await fetch(`${sim.url}/nobody/v1`);
  expect([nobody.status, await nobody.text()]).toEqual([404, expect.stringContaining('openai, anthropic')]);
  const headers = { authorization: 'Bearer any' };
  const nothing = await fetch(`${sim.baseUrl('openai')}/nothing`, { headers });
  expect([nothing.status, await nothing.text()]).toEqual([404, expect.stringContaining('GET /v1/nothing')]);
  expect(() => sim.baseUrl('nobody' as 'openai')).toThrow(/No provider "nobody"/);
});

test('two simulators answer with the same words', async () => {
  const one = await started();
  const two = await started();
  const ask = async (url: string) => {
    const response = await fetch(`${url}/ollama/api/generate`, {
      method: 'POST',
      body: JSON.stringify({ model: 'm', prompt: 'Name three rivers of France', stream: false }),
    });
    return ((await response.json()) as { response: string }).response;
  };
  expect(await ask(one.url)).toBe(await ask(two.url));
});
