import http from 'node:http';
import { request } from 'undici';
import type { Exchange } from './plants.ts';

/** The transports in turn. Each gives back the body as bytes. */
export const clients: readonly ((origin: string, exchange: Exchange) => Promise<Buffer>)[] = [
  async (origin, { path, headers, body }) => {
    const response = await fetch(origin + path, { method: 'POST', headers, body, redirect: 'manual' });
    return Buffer.from(await response.arrayBuffer());
  },
  async (origin, { path, headers, body }) => {
    const response = await request(origin + path, { method: 'POST', headers, body });
    return Buffer.from(await response.body.arrayBuffer());
  },
  (origin, { path, headers, body }) =>
    new Promise((resolve, reject) => {
      http
        .request(origin + path, { method: 'POST', headers }, async (response) => {
          const pieces: Buffer[] = [];
          for await (const piece of response) pieces.push(piece as Buffer);
          resolve(Buffer.concat(pieces));
        })
        .on('error', reject)
        .end(body);
    }),
];
