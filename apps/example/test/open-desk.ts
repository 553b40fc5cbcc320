import { createDesk, createDeskServer, type ProviderName } from '../src/index.ts';
import { closeGracefully } from '../src/server/close-gracefully.ts';
import { listen } from '../src/server/listen.ts';

export interface OpenDesk extends AsyncDisposable {
  readonly url: string;
  /** Lines of the request log so far. */
  readonly log: readonly string[];
  /** What the page does with a question. */
  ask(question: string, signal?: AbortSignal): Promise<Response>;
}

/** A desk that listens on a free port of this machine until the test is over. */
export async function openDesk(provider: ProviderName): Promise<OpenDesk> {
  const log: string[] = [];
  const server = createDeskServer(await createDesk({ provider }), { log: (line) => log.push(line) });
  const url = await listen(server);
  return {
    url,
    log,
    ask: (question, signal) =>
      fetch(`${url}/api/ask`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ question }),
        signal: signal ?? null,
      }),
    [Symbol.asyncDispose]: () => closeGracefully(server, 0),
  };
}
