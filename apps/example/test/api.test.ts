import { describe, expect, test } from 'vitest';

import { providerNames } from '../src/index.ts';
import { collect } from './collect.ts';
import { openDesk } from './open-desk.ts';
import { readServerEvents } from './read-server-events.ts';

describe.each(providerNames)('the API on %s', (provider) => {
  test('streams an answer with the tools that were used', async () => {
    await using desk = await openDesk(provider);

    const response = await desk.ask('Where is the parcel of order KC-1041?');
    const events = await collect(readServerEvents(response));

    const texts = events.filter(({ event }) => event === 'text');
    const called = events.flatMap(({ event, data }) => (event === 'tool-called' ? [data['name']] : []));
    expect(response.headers.get('content-type')).toContain('text/event-stream');
    expect(called).toEqual(['look_up_order', 'track_shipment']);
    expect(texts.length).toBeGreaterThan(3);
    expect(events.at(-1)).toMatchObject({ event: 'done', data: { stop: 'answered', turns: 3 } });
    expect(desk.log).toEqual([expect.stringMatching(/^POST \/api\/ask 200 \d+ ms$/)]);
  });

  test('summarizes and classifies a ticket of the list', async () => {
    await using desk = await openDesk(provider);

    await fetch(`${desk.url}/api/tickets/T-1001/summary`, { method: 'POST' });
    await fetch(`${desk.url}/api/tickets/T-1001/classification`, { method: 'POST' });
    const tickets = await (await fetch(`${desk.url}/api/tickets`)).json();

    expect(tickets).toMatchObject([
      { id: 'T-1001', summary: expect.stringMatching(/\w/), classification: { urgency: expect.any(String) } },
      { id: 'T-1002' },
    ]);
  });
});

describe('the API', () => {
  test('searches the handbook', async () => {
    await using desk = await openDesk('openai');

    const response = await fetch(`${desk.url}/api/handbook?q=gift+cards`);

    expect(await response.json()).toMatchObject([{ id: 'gift-cards', title: 'Gift cards' }, {}, {}]);
    expect(desk.log.join()).not.toContain('gift');
  });

  test('serves the page with its script and style', async () => {
    await using desk = await openDesk('openai');

    const page = await fetch(desk.url);
    const script = await fetch(`${desk.url}/desk.js`);
    const style = await fetch(`${desk.url}/desk.css`);

    expect(await page.text()).toContain('How can we help?');
    expect(page.headers.get('content-security-policy')).toContain("default-src 'self'");
    expect(script.headers.get('content-type')).toContain('javascript');
    expect(style.status).toBe(200);
  });

  test.each([
    ['a question without words', { question: ' ' }, 400, 'wrong-shape'],
    ['a question without end', { question: 'a'.repeat(70_000) }, 413, 'too-long'],
    ['something else', ['question'], 400, 'wrong-shape'],
  ])('does not take %s', async (_, body, status, kind) => {
    await using desk = await openDesk('openai');

    const response = await fetch(`${desk.url}/api/ask`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });

    expect(response.status).toBe(status);
    expect(await response.json()).toMatchObject({ problem: { kind, message: expect.any(String) } });
  });

  test.each([
    ['GET', '/api/nothing', {}, 404],
    ['GET', '/../package.json', {}, 404],
    ['GET', '/api/ask', {}, 405],
    ['POST', '/api/tickets/T-9/summary', {}, 404],
    ['POST', '/api/tickets/T-1001/summary', { 'sec-fetch-site': 'cross-site' }, 403],
    ['POST', '/api/ask', { 'content-type': 'text/plain' }, 415],
  ])('answers %s %s %j with %i', async (method, path, headers, status) => {
    await using desk = await openDesk('openai');

    const response = await fetch(desk.url + path, { method, headers });

    expect(response.status).toBe(status);
  });
});
