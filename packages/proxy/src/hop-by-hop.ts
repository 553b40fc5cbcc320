import { headerValue, type HeaderList } from '@reel/core/engine';

/** Headers about one connection and not about the message (RFC 9110, section 7.6.1), and those that proxies are addressed with. */
const always = new Set([
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'upgrade',
  'http2-settings',
]);

/**
 * Headers without those that end at a proxy. The framing (`content-length`, `transfer-encoding`, `trailer`) stays: bodies pass
 * through piece by piece, framed as they came.
 */
export function withoutHopByHop(headers: HeaderList): HeaderList {
  const named = headerValue(headers, 'connection');
  const listed = named === undefined ? undefined : listOf(named);
  let isChanged = false;
  const kept = headers.filter(([name]) => {
    const lower = name.toLowerCase();
    const isHop = always.has(lower) || (listed !== undefined && listed.has(lower));
    if (isHop) isChanged = true;
    return !isHop;
  });
  return isChanged ? kept : headers;
}

/** Names in a `connection` header. It cannot take away what frames a body: that would be a way to smuggle a request. */
function listOf(value: string): ReadonlySet<string> {
  const names = new Set(value.split(',').map((name) => name.trim().toLowerCase()));
  for (const framing of ['content-length', 'transfer-encoding', 'host']) names.delete(framing);
  return names;
}

/** What goes to the provider: nothing of the proxy's own, and its own host. */
export function requestHeaders(rawHeaders: readonly string[], host: string): HeaderList {
  const headers: [string, string][] = [];
  for (let at = 0; at + 1 < rawHeaders.length; at += 2) {
    const name = rawHeaders[at]!;
    if (isHost(name)) headers.push([name, host]);
    else if (!isOwn(name)) headers.push([name, rawHeaders[at + 1]!]);
  }
  return withoutHopByHop(headers);
}

export function withHost(headers: HeaderList, host: string): HeaderList {
  return headers.map(([name, value]): [string, string] => [name, isHost(name) ? host : value]);
}

function isHost(name: string): boolean {
  return name.length === 4 && name.toLowerCase() === 'host';
}

/** The length is looked at first: these run for every header of every request. */
function isOwn(name: string): boolean {
  return name.length > 7 && name[1] === '-' && name.slice(0, 7).toLowerCase() === 'x-reel-';
}
