import type { IncomingMessage, ServerResponse } from 'node:http';
import { isReelError, ReelError, version, type Outcome } from '@reel/core';
import type { ProxyEngine } from './engine.ts';

/** Paths below this are the proxy's own. No upstream can have that name. */
export const controlName = '-';

/**
 * What programs in other languages need around a test, over HTTP: `GET /-/status`, and `POST /-/close?cassette=<name>&outcome=passed`, which
 * saves a cassette and answers its report.
 */
export async function serveControl(
  engine: ProxyEngine,
  request: IncomingMessage,
  response: ServerResponse,
  names: readonly string[],
): Promise<void> {
  const { pathname, searchParams } = new URL(request.url!, 'http://localhost');
  request.resume();
  switch (`${request.method} ${pathname}`) {
    case 'GET /-/status':
      return json(response, 200, {
        reel: version,
        mode: engine.recorder.mode.mode,
        upstreams: names,
        cassettes: engine.cassettes.open,
      });
    case 'POST /-/close':
      return close(engine, response, searchParams);
    default:
      return engine.refuse(
        response,
        404,
        engine.errors.add(
          new ReelError('REEL_PROXY_REQUEST', {
            what: 'the proxy has no such path of its own',
            fix: 'ask for GET /-/status or POST /-/close?cassette=<name>&outcome=passed',
          }),
        ),
      );
  }
}

async function close(engine: ProxyEngine, response: ServerResponse, query: URLSearchParams): Promise<void> {
  const outcome = query.get('outcome') ?? 'passed';
  if (!isOutcome(outcome)) {
    const error = new ReelError('REEL_PROXY_REQUEST', {
      what: 'the outcome is none of passed, failed, skipped',
      fix: 'leave it out for passed',
    });
    return engine.refuse(response, 400, engine.errors.add(error));
  }
  try {
    const report = await engine.cassettes.close(query.get('cassette') ?? undefined, outcome);
    return json(response, 200, { report: report ?? null });
  } catch (error) {
    if (!isReelError(error)) throw error;
    // It is in the log: whoever closes cassettes over HTTP must not be the only one to know.
    return engine.refuse(response, 500, engine.errors.redacted(error));
  }
}

function isOutcome(text: string): text is Outcome {
  return text === 'passed' || text === 'failed' || text === 'skipped';
}

function json(response: ServerResponse, status: number, value: unknown): void {
  const body = Buffer.from(JSON.stringify(value));
  response.writeHead(status, { 'content-type': 'application/json', 'content-length': body.byteLength });
  response.end(body);
}
