import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A small chat completion, as a provider would send it. */
export function answerTo(body: string): string {
  return JSON.stringify({
    id: 'chatcmpl-0123456789abcdef',
    object: 'chat.completion',
    created: 0,
    model: 'gpt-4o-mini',
    choices: [
      {
        index: 0,
        message: { role: 'assistant', content: `I read ${body.length} characters.` },
        finish_reason: 'stop',
      },
    ],
    usage: { prompt_tokens: 20, completion_tokens: 6, total_tokens: 26 },
  });
}

/** The request body of call `n`. */
export function bodyOf(n: number): string {
  return JSON.stringify({
    model: 'gpt-4o-mini',
    messages: [
      { role: 'system', content: 'You are a helpful assistant that answers in one sentence.' },
      { role: 'user', content: `Question number ${n}: what is the capital of the country with that number?` },
    ],
    temperature: 0,
  });
}

export interface LoopbackProvider {
  readonly url: string;
  close(): Promise<void>;
}

/** `POST /v1/chat/completions` answers small JSON; `POST /stream/:n` answers n server-sent events. In the process of the clients. */
export async function startLoopbackProvider(): Promise<LoopbackProvider> {
  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8');
    request.on('data', (piece: string) => (body += piece));
    request.on('end', () => {
      const events = /^\/stream\/(\d+)$/.exec(request.url!)?.[1];
      if (events === undefined) {
        response.writeHead(200, { 'content-type': 'application/json' });
        response.end(answerTo(body));
        return;
      }
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      for (let n = 0; n < Number(events); n++) {
        response.write(
          `data: {"id":"chatcmpl-0123456789abcdef","choices":[{"delta":{"content":"word ${n}"}}]}\n\n`,
        );
      }
      response.end('data: [DONE]\n\n');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
