// A server under test of each kind: node server.mjs <kind>. Asks an LLM what the query says, and answers with what it said.
import cluster from 'node:cluster';
import { spawn } from 'node:child_process';
import { createServer } from 'node:http';
import http2 from 'node:http2';
import https from 'node:https';
import { isMainThread, Worker } from 'node:worker_threads';

const kind = process.argv[2];

async function ask(prompt) {
  const response = await fetch('https://api.openai.com/v1/chat/completions', {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: 'Bearer sk-server' },
    body: JSON.stringify({ model: 'gpt-4o-mini', messages: [{ role: 'user', content: prompt }] }),
  });
  return `${response.status}`;
}

/** Bodies are read by events, whose listeners run in the context of the connection. */
function listener(request, response) {
  const next = process.env.NEXT_SERVER;
  const q = new URL(request.url, 'http://x').searchParams.get('q');
  request.on('data', () => {});
  request.on('end', async () => {
    const passedOn =
      next === undefined || q === null ? '' : await (await fetch(`${next}/?q=next-${q}`)).text();
    response.end(q === null ? 'nothing' : `${await ask(q)}${passedOn}`);
  });
}

function serve() {
  const tls = () => ({ key: process.env.TLS_KEY, cert: process.env.TLS_CERT });
  const makers = {
    https: () => https.createServer(tls(), listener),
    h2c: () => http2.createServer(listener),
    h2: () => http2.createSecureServer({ ...tls(), allowHTTP1: false }, listener),
    'h2c-stream': () => {
      const server = http2.createServer();
      server.on('stream', (stream, headers) => {
        const q = new URL(headers[':path'], 'http://x').searchParams.get('q');
        stream.on('data', () => {});
        stream.on('end', async () => {
          stream.respond({ ':status': 200 });
          stream.end(await ask(q));
        });
      });
      return server;
    },
    upgrade: () =>
      createServer(listener).on('upgrade', (request, socket) => {
        socket.write('HTTP/1.1 101 Switching Protocols\r\nupgrade: chat\r\nconnection: upgrade\r\n\r\n');
        socket.on('data', async (message) => socket.write(`${await ask(String(message))}\n`));
      }),
  };
  const server = (makers[kind] ?? (() => createServer(listener)))();
  server.listen(Number(process.env.PORT ?? 0), '127.0.0.1', () =>
    console.log(`ready ${server.address().port}`),
  );
}

if (kind === 'cluster' && cluster.isPrimary) cluster.fork();
else if (kind === 'thread' && isMainThread)
  globalThis.worker = new Worker(new URL(import.meta.url), { argv: [kind] });
else if (kind === 'child' && process.env.INNER === undefined) {
  // As `npm run dev` does: nothing of Node's own arguments goes along, the environment does.
  spawn(process.execPath, [process.argv[1], kind], { stdio: 'inherit', env: { ...process.env, INNER: '1' } });
} else serve();
if (kind === 'background') setTimeout(() => ask('in the background'), 50);
