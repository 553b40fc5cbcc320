import { readFile } from 'node:fs/promises';

import type { Route } from './route.ts';

const files = [
  { path: '/', file: 'index.html', type: 'text/html; charset=utf-8' },
  { path: '/desk.css', file: 'desk.css', type: 'text/css; charset=utf-8' },
  { path: '/desk.js', file: 'desk.js', type: 'text/javascript; charset=utf-8' },
  // This page asks OpenAI itself, with a key of whoever sits before it.
  { path: '/drafts', file: 'drafts.html', type: 'text/html; charset=utf-8', asks: 'https://api.openai.com' },
  { path: '/drafts.js', file: 'drafts.js', type: 'text/javascript; charset=utf-8' },
];

/** The page: a fixed list of files, so that no path from outside ever reaches the file system. */
export const pageRoutes: readonly Route[] = files.map(({ path, file, type, asks = '' }) => ({
  method: 'GET',
  path,
  async handle({ response }) {
    const body = await readFile(new URL(`../page/${file}`, import.meta.url));
    response.writeHead(200, {
      'content-type': type,
      'content-length': body.byteLength,
      'cache-control': 'no-cache',
      'content-security-policy': `default-src 'self'; connect-src 'self' ${asks}; img-src data:; frame-ancestors 'none'; base-uri 'none'`,
    });
    response.end(body);
  },
}));
