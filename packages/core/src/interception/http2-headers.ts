import type { OutgoingHttpHeaders } from 'node:http2';
import type { HeaderList } from '../model/headers.ts';

/** Headers of one HTTP/1 connection, which HTTP/2 forbids: RFC 9113, section 8.2.2. */
const perConnection = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'transfer-encoding',
  'upgrade',
  'host',
]);

/** Headers as HTTP/2 carries them: names in lower case, none that speaks of a connection, repeats as arrays. */
export function toHttp2Headers(headers: HeaderList): OutgoingHttpHeaders {
  const result: Record<string, string | string[]> = {};
  for (const [given, value] of headers) {
    const name = given.toLowerCase();
    if (perConnection.has(name)) continue;
    const seen = result[name];
    if (seen === undefined) result[name] = value;
    else if (Array.isArray(seen)) seen.push(value);
    else result[name] = [seen, value];
  }
  return result;
}
