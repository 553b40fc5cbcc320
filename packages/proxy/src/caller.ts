import type { IncomingMessage } from 'node:http';
import { isIPv4 } from 'node:net';
import { ReelError } from '@reel/core';

/**
 * Whether a request may be from where it seems to be. A web page can make a browser send requests to loopback, and with DNS
 * rebinding even read the answers, under a host name of its own: both would spend the user's key.
 * @returns the error to refuse it with (403), or `undefined`.
 */
export function refusalOfCaller(
  { headers, rawHeaders }: IncomingMessage,
  allowedOrigins: readonly string[],
): ReelError | undefined {
  if (countOf(rawHeaders, 'host') !== 1)
    return new ReelError('REEL_PROXY_REQUEST', { what: 'the request has not exactly one Host header' });
  if (!isLoopbackAuthority(headers.host!)) {
    return foreign(
      'the request came in under a host name that is not a loopback one',
      'use the address the proxy said: http://127.0.0.1:<port>, http://localhost:<port>',
    );
  }
  const { origin } = headers;
  if (origin !== undefined) {
    if (allowedOrigins.includes(origin) || isLoopbackOrigin(origin)) return undefined;
    return foreign(
      'a web page of another origin sent the request',
      'if the page is yours, list its origin in allowOrigins',
    );
  }
  // Images, forms and links carry no origin with GET.
  if (headers['sec-fetch-site'] === 'cross-site')
    return foreign('a web page of another site sent the request', 'send it from a page of a loopback origin');
  return undefined;
}

function foreign(what: string, fix: string): ReelError {
  return new ReelError('REEL_PROXY_FOREIGN_ORIGIN', { what, fix });
}

/** The length is looked at first: this runs for every header of every request. */
function countOf(rawHeaders: readonly string[], wanted: string): number {
  let count = 0;
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = rawHeaders[at]!;
    if (name.length === wanted.length && name.toLowerCase() === wanted) count++;
  }
  return count;
}

function isLoopbackOrigin(origin: string): boolean {
  const url = URL.parse(origin);
  return url !== null && /^https?:$/.test(url.protocol) && isLoopbackName(url.hostname);
}

const authority = /^(\[[0-9a-f:.]+\]|[^:[\]/?#@\s]+)(?::\d{1,5})?$/i;

/** The one that was good last: clients send the same one every time. */
let lastGood: string | undefined;

function isLoopbackAuthority(host: string): boolean {
  if (host === lastGood) return true;
  const isGood = readsAsLoopback(host);
  if (isGood) lastGood = host;
  return isGood;
}

function readsAsLoopback(host: string): boolean {
  const name = authority.exec(host)?.[1];
  return name !== undefined && isLoopbackName(name.toLowerCase());
}

/** A name that begins with `127.` may belong to anybody; only the address is loopback. */
function isLoopbackName(name: string): boolean {
  return (
    name === 'localhost' ||
    name.endsWith('.localhost') ||
    name === '[::1]' ||
    (isIPv4(name) && name.startsWith('127.'))
  );
}
