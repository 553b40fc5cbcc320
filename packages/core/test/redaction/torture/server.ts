import http from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Exchange } from './plants.ts';

/** Answers each path with the answer of its exchange, piece by piece. */
export async function startServer(): Promise<{
  readonly origin: string;
  expect(exchange: Exchange): void;
  close(): Promise<void>;
}> {
  const answers = new Map<string, Exchange['answer']>();
  const server = http.createServer((request, response) => {
    request.resume().on('end', () => {
      const { headers, pieces } = answers.get(request.url!)!;
      response.writeHead(200, headers);
      for (const piece of pieces) response.write(piece);
      response.end();
    });
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  return {
    origin: `http://127.0.0.1:${port}`,
    expect: ({ path, answer }) => void answers.set(path, answer),
    close: () =>
      new Promise((done) => {
        server.closeAllConnections();
        server.close(() => done());
      }),
  };
}
