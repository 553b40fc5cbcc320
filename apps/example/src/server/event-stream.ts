import { once } from 'node:events';
import type { ServerResponse } from 'node:http';

/** Server-sent events to one browser. */
export interface EventStream {
  /** Sends one event; resolves when the browser keeps up. */
  send(event: string, data: unknown): Promise<void>;
  end(): void;
}

export function openEventStream(response: ServerResponse, signal: AbortSignal): EventStream {
  response.writeHead(200, {
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-store',
    // Nginx and others would collect the pieces otherwise.
    'x-accel-buffering': 'no',
  });
  response.flushHeaders();
  return {
    async send(event, data) {
      if (response.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`)) return;
      await once(response, 'drain', { signal });
    },
    end: () => response.end(),
  };
}
