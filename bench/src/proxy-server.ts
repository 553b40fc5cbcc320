import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { startProxy } from '@reel/proxy';
import { answerTo } from './loopback-provider.ts';

/**
 * One server of the proxy benchmark, in a process of its own: `node src/proxy-server.ts bare` answers like a provider, `record` and `replay`
 * are the proxy. Sends its address to its parent.
 */
const [role, folder, provider] = process.argv.slice(2) as [string, string, string];

if (role === 'bare') {
  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8');
    request.on('data', (piece: string) => (body += piece));
    request.on('end', () => {
      if (request.url === '/v1/stream') {
        response.writeHead(200, { 'content-type': 'text/event-stream' });
        response.write('data: {"choices":[{"delta":{"content":"word"}}]}\n\n');
        setTimeout(() => response.end('data: [DONE]\n\n'), 5);
        return;
      }
      const answer = answerTo(body);
      response.writeHead(200, {
        'content-type': 'application/json',
        'content-length': Buffer.byteLength(answer),
      });
      response.end(answer);
    });
  });
  server.listen(0, '127.0.0.1', () => {
    process.send!(`http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`);
  });
} else {
  const proxy = await startProxy({
    cassette: 'bench',
    environment: {},
    options: {
      mode: role,
      dir: folder,
      upstreams: { 'https://api.openai.com': provider.replace(/\/v1$/, '') },
      // The load asks the same again and again.
      match: { repeat: 'last' },
    },
  });
  process.once('message', () => {
    void proxy.close().then(() => process.exit(0));
  });
  process.send!(`${proxy.baseUrl('openai')}/v1`);
}
