import type { BrowserContext, Route } from '@playwright/test';
import type { TestScope } from '@reel/core/engine';
import { isPreflight, originHeaders, preflightHeaders } from './cors.ts';

/** Set by whoever sends the request, which is this process and not the page. */
const connectionHeaders = new Set([
  'accept-encoding',
  'connection',
  'content-length',
  'host',
  'keep-alive',
  'transfer-encoding',
  'upgrade',
]);
/** True of the body as it was on the wire. */
const wireHeaders = new Set(['content-encoding', 'content-length', 'transfer-encoding', 'connection']);

/**
 * Answers a context's calls to LLM hosts through this process's own `fetch`, which Reel answers from tape, or records. A page gets
 * each answer in one piece: Playwright's `fulfill` knows no streams.
 * @param takes whether a URL is an LLM's
 * @param scopeOf the scope of the test of the moment
 */
export async function answerByRoute(
  context: BrowserContext,
  takes: (url: URL) => boolean,
  scopeOf: () => TestScope | undefined,
): Promise<void> {
  await context.route(takes, async (route) => {
    const scope = scopeOf();
    if (scope?.mode === 'live') return route.fallback();
    return scope === undefined ? answer(route) : scope.run(() => answer(route));
  });
}

async function answer(route: Route): Promise<void> {
  const request = route.request();
  const asked = await request.allHeaders();
  if (isPreflight(request.method(), asked)) {
    return route.fulfill({ status: 204, headers: Object.fromEntries(preflightHeaders(asked)) });
  }
  let response: Response;
  let body: Buffer;
  try {
    const sent = request.postDataBuffer();
    response = await fetch(request.url(), {
      method: request.method(),
      headers: Object.entries(asked).filter(
        ([name]) => !name.startsWith(':') && !connectionHeaders.has(name),
      ),
      ...(sent !== null && { body: new Uint8Array(sent) }),
    });
    body = Buffer.from(await response.arrayBuffer());
  } catch {
    return leave(route.abort('connectionfailed'));
  }
  const headers = Object.fromEntries([...response.headers].filter(([name]) => !wireHeaders.has(name)));
  const cors = response.headers.has('access-control-allow-origin') ? [] : originHeaders(asked['origin']);
  return leave(
    route.fulfill({ status: response.status, headers: { ...headers, ...Object.fromEntries(cors) }, body }),
  );
}

/** The page may be gone by now, and nobody waits for the answer. */
function leave(sent: Promise<void>): Promise<void> {
  return sent.catch(() => {});
}
