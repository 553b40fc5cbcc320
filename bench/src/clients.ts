import http from 'node:http';
import type { Client } from './contender.ts';

export type Send = (url: string, body: string) => Promise<string>;

const headers = { 'content-type': 'application/json', authorization: 'Bearer benchmark' };
const agent = new http.Agent({ keepAlive: true });

/** Loaded when asked for: loading undici changes what the built-in fetch runs on. */
export async function clientOf(client: Client): Promise<Send> {
  switch (client) {
    case 'fetch':
      return async (url, body) => (await fetch(url, { method: 'POST', headers, body })).text();
    case 'undici': {
      const { request } = await import('undici');
      return async (url, body) => (await request(url, { method: 'POST', headers, body })).body.text();
    }
    case 'http':
      return (url, body) =>
        new Promise((resolve, reject) => {
          const request = http.request(url, { method: 'POST', headers, agent }, (response) => {
            let text = '';
            response.setEncoding('utf8');
            response.on('data', (piece: string) => (text += piece));
            response.on('end', () => resolve(text));
            response.on('error', reject);
          });
          request.on('error', reject);
          request.end(body);
        });
  }
}
