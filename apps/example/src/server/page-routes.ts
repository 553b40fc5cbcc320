import { readFile } from 'node:fs/promises';

import type { Route } from './route.ts';

const files = [
  { path: '/', file: 'index.html', type: 'text/html; charset=utf-8' },
  { path: '/desk.css', file: 'desk.css', type: 'text/css; charset=utf-8' },
  { path: '/desk.js', file: 'desk.js', type: 'text/javascript; charset=utf-8' },
];

/** The page: a fixed list of files, so that no path from outside ever reaches the file system. */
export const pageRoutes: readonly Route[] = files.map(({ path, file, type }) => ({
  method: 'GET',
  path,
  async handle({ response }) {
    const body = await readFile(new URL(`../page/${file}`, import.meta.url));
    response.writeHead(200, {
      'content-type': type,
      'content-length': body.byteLength,
      'cache-control': 'no-cache',
      'content-security-policy': "default-src 'self'; img-src data:; frame-ancestors 'none'; base-uri 'none'",
    });
    response.end(body);
  },
}));
