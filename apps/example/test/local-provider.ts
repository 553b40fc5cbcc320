import { createServer } from 'node:http';

import { vi } from 'vitest';

import type { ProviderName } from '../src/index.ts';
import { listen } from '../src/server/listen.ts';

interface LocalProvider extends AsyncDisposable {
  /** Resolves when a client cuts its request before the stream has ended. */
  readonly left: Promise<void>;
}

/**
 * A provider on this machine for what no working provider does on demand: it gives one stream to everybody, and never ends
 * it when `open` is set. The SDK is pointed at it until `vi.unstubAllEnvs()`.
 */
export async function startLocalProvider(
  provider: ProviderName,
  events: readonly object[],
  { open = false } = {},
): Promise<LocalProvider> {
  const { promise: left, resolve: leave } = Promise.withResolvers<void>();
  const server = createServer((_, response) => {
    response.on('close', () => response.writableFinished || leave());
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    for (const event of events) {
      if ('type' in event) response.write(`event: ${String(event.type)}\n`);
      response.write(`data: ${JSON.stringify(event)}\n\n`);
    }
    if (!open) response.end(provider === 'openai' ? 'data: [DONE]\n\n' : '');
  });
  vi.stubEnv(`${provider.toUpperCase()}_BASE_URL`, await listen(server));
  vi.stubEnv(`${provider.toUpperCase()}_API_KEY`, 'sk-example');
  return {
    left,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
