import type { BrowserContext, WebSocketRoute } from '@playwright/test';
import type { TestScope } from '@reel/core/engine';

/**
 * Answers a context's WebSockets to LLM hosts through this process's own `WebSocket`, which Reel answers from tape, or records.
 * @param takes whether a URL is an LLM's
 * @param scopeOf the scope of the test of the moment
 */
export async function answerSocketsByRoute(
  context: BrowserContext,
  takes: (url: URL) => boolean,
  scopeOf: () => TestScope | undefined,
): Promise<void> {
  await context.routeWebSocket(takes, (route) => {
    const scope = scopeOf();
    if (scope?.mode === 'live') {
      route.connectToServer();
      return undefined;
    }
    return scope === undefined ? join(route) : scope.run(() => join(route));
  });
}

/** Joins the page's end to one of our own. Resolves when that is open: the page's opens then. */
function join(route: WebSocketRoute): Promise<void> {
  const socket = new WebSocket(route.url(), protocolsOf(route));
  socket.binaryType = 'arraybuffer';
  socket.addEventListener('message', ({ data }: { readonly data: string | ArrayBuffer }) => {
    route.send(typeof data === 'string' ? data : Buffer.from(data));
  });
  socket.addEventListener('close', ({ code, reason }) => leave(route.close({ code, reason })));
  route.onMessage((message) => socket.send(typeof message === 'string' ? message : new Uint8Array(message)));
  route.onClose((code, reason) => socket.close(code, reason));
  return new Promise((resolve) => {
    socket.addEventListener('open', () => resolve());
    // Followed by the close, which the page hears of.
    socket.addEventListener('error', () => resolve());
  });
}

/** Older Playwrights do not tell; a key that travels as a subprotocol is lost with them. */
function protocolsOf(route: Omit<WebSocketRoute, 'protocols'> & Partial<WebSocketRoute>): string[] {
  return route.protocols?.() ?? [];
}

/** The page may be gone by now, and nobody waits for its close. */
function leave(closed: Promise<void>): void {
  closed.catch(() => {});
}
