import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';

import type { Desk } from '../desk/desk.ts';
import { createAskRoute } from './ask-route.ts';
import { createHandbookRoute } from './handbook-route.ts';
import { HttpProblem, toProblem } from './http-problem.ts';
import { pageRoutes } from './page-routes.ts';
import { describeError, type Log } from './request-log.ts';
import { matchPath, type Route } from './route.ts';
import { sendJson } from './send-json.ts';
import { createTicketRoutes } from './ticket-routes.ts';

/** The desk over HTTP: page and API. Not yet listening. */
export function createDeskServer(desk: Desk, { log = () => {} }: { log?: Log } = {}): Server {
  const routes = [
    ...pageRoutes,
    createAskRoute(desk, log),
    createHandbookRoute(desk),
    ...createTicketRoutes(desk),
  ];

  return createServer((request, response) => {
    const started = performance.now();
    // The path without its query: people type what they like into a search box, and it is not ours to keep.
    const url = new URL(request.url ?? '/', 'http://desk.invalid');
    const label = `${request.method} ${url.pathname}`;
    const left = new AbortController();
    response.on('close', () => {
      const took = `${Math.round(performance.now() - started)} ms`;
      if (response.writableFinished) return log(`${label} ${response.statusCode} ${took}`);
      left.abort();
      log(`${label} closed by the browser after ${took}`);
    });

    answer(routes, { request, response, url, signal: left.signal }).catch((error: unknown) => {
      if (left.signal.aborted) return;
      if (!(error instanceof HttpProblem)) log(`${label} failed: ${describeError(error)}`);
      // Too late for a status: cutting the connection is the only way to say that the body is not whole.
      if (response.headersSent) return response.destroy();
      const { status, kind, message } = toProblem(error);
      sendJson(response, status, { problem: { kind, message } });
    });
  });
}

interface Arrival {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly url: URL;
  readonly signal: AbortSignal;
}

/** Pages of other sites may not spend our tokens in a visitor's name. Programs send no such header. */
function isForeign({ method, headers }: IncomingMessage): boolean {
  const site = headers['sec-fetch-site'];
  return method !== 'GET' && site !== undefined && site !== 'same-origin';
}

async function answer(routes: readonly Route[], arrival: Arrival): Promise<void> {
  if (isForeign(arrival.request)) throw new HttpProblem(403, 'foreign', 'Please use our own page.');
  const allowed: string[] = [];
  for (const route of routes) {
    const params = matchPath(route.path, arrival.url.pathname);
    if (params === undefined) continue;
    if (route.method === arrival.request.method) return route.handle({ ...arrival, params });
    allowed.push(route.method);
  }
  if (allowed.length === 0) throw new HttpProblem(404, 'not-found', 'There is nothing here.');
  arrival.response.setHeader('allow', allowed.join(', '));
  throw new HttpProblem(405, 'wrong-method', `This address takes ${allowed.join(', ')}.`);
}
