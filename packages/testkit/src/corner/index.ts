import { hash, seededBytes } from '../brain/hash.ts';
import { bytes, empty, json, sse, stream, type Answer, type HeaderPair } from '../server/answer.ts';
import { isEncoding, type Behavior } from '../server/behavior.ts';
import type { Call } from '../server/call.ts';
import { ApiFailure } from '../server/failure.ts';
import type { Route, SimulatedProvider } from '../server/provider.ts';
import { oddChunks } from './odd-chunks.ts';

/**
 * A plain corner without any provider, for tests of transports: `/http/...`. No key is needed. Every answer that has a
 * body takes `?encoding=gzip|br|zstd|deflate`, every stream `?delay=<ms per event>`.
 */
export function createCorner(): SimulatedProvider {
  return {
    routes: routes.map((route) => ({
      ...route,
      handle: async (call: Call) => asAsked(await route.handle(call), call),
    })),
    failure: ({ status, message }) => ({ body: { error: { status, message } } }),
    headers: () => [],
  };
}

const routes: Route[] = [
  { method: '*', pattern: '/redirect/{n}', handle: redirect },
  { method: '*', pattern: '/status/{code}', handle: status },
  { method: 'GET', pattern: '/headers', handle: repeatedHeaders },
  { method: 'GET', pattern: '/bytes/{n}', handle: binary },
  {
    method: 'GET',
    pattern: '/json',
    handle: () => json({ ok: true, text: 'small', list: [1, 2, 3] }, { sized: true }),
  },
  { method: 'GET', pattern: '/ndjson/{n}', handle: ndjson },
  { method: '*', pattern: '/sse/{n}', handle: events },
  { method: '*', pattern: '/echo', handle: echo },
  { method: '*', pattern: '/reset', handle: (call) => cut(call, 'reset') },
  { method: '*', pattern: '/hangup', handle: (call) => cut(call, 'hangUp') },
  { method: '*', pattern: '/silent', handle: () => ({ ...empty(200), behavior: { silent: true } }) },
  { method: '*', pattern: '/slow/{ms}', handle: slow },
  {
    method: 'GET',
    pattern: '/head',
    handle: () =>
      bytes(Buffer.from('x'.repeat(42)), 'text/plain', { sized: true, headers: [['x-head', 'yes']] }),
  },
  { method: '*', pattern: '/204', handle: () => empty(204, [['x-empty', 'yes']]) },
  { method: 'GET', pattern: '/chunks', handle: () => stream(oddChunks(), 'text/plain; charset=utf-8') },
  {
    method: 'GET',
    pattern: '/trailers',
    handle: () => stream(['one ', 'two'], 'text/plain', { trailers: [['x-checksum', 'abc']] }),
  },
];

function asAsked(answer: Answer, { request }: Call): Answer {
  const encoding = request.query.get('encoding');
  const delayMs = request.query.get('delay');
  if (encoding !== null && !isEncoding(encoding)) throw new ApiFailure(400, `No such encoding: ${encoding}`);
  const behavior: Behavior = {
    ...answer.behavior,
    ...(encoding === null ? {} : { encoding }),
    ...(delayMs === null ? {} : { delayMs: Number(delayMs) }),
  };
  return { ...answer, behavior };
}

/** A whole number of a path, bounded so that a slip does not fill the memory. */
function count({ params }: Call, name = 'n'): number {
  const value = Number(params[name]);
  if (!Number.isInteger(value) || value < 0 || value > 100_000_000)
    throw new ApiFailure(400, `Not a count: ${params[name]}`);
  return value;
}

/** `n` hops, each a 302 (or `?status=`), then 200. The address of the next hop is relative. */
function redirect(call: Call): Answer {
  const left = count(call);
  const { method, query } = call.request;
  if (left === 0) return json({ arrived: true, method }, { sized: true });
  return empty(Number(query.get('status') ?? 302), [['location', `/http/redirect/${left - 1}?${query}`]]);
}

/** Any status with a small body (none for 204, 205 and 304); `?text=` sets the reason phrase. */
function status(call: Call): Answer {
  const code = count(call, 'code');
  if (code < 200 || code > 599) throw new ApiFailure(400, `Not a final status: ${code}`);
  if ([204, 205, 304].includes(code)) return empty(code);
  const statusText = call.request.query.get('text');
  return json(
    { status: code },
    { status: code, sized: true, ...(statusText === null ? {} : { statusText }) },
  );
}

function repeatedHeaders(): Answer {
  const headers: HeaderPair[] = [
    ['set-cookie', 'a=1; Path=/'],
    ['X-Repeated', 'one'],
    ['set-cookie', 'b=2; Path=/; Expires=Wed, 21 Oct 2026 07:28:00 GMT'],
    ['x-repeated', 'two'],
    ['X-Latin', 'caf\u00e9'],
    ['x-blank', ''],
  ];
  return json({ ok: true }, { headers, sized: true });
}

/** Seeded binary (`?seed=`), so that two clients can compare. */
function binary(call: Call): Answer {
  const length = count(call);
  return bytes(seededBytes(hash(call.request.query.get('seed') ?? ''), length), 'application/octet-stream', {
    sized: true,
  });
}

function ndjson(call: Call): Answer {
  const lines = Array.from(
    { length: count(call) },
    (_, at) => `${JSON.stringify({ at, word: WORDS[at % WORDS.length] })}\n`,
  );
  return stream(lines, 'application/x-ndjson');
}

const WORDS = ['alpha', 'b\u00eata', '\u6f22\u5b57', 'emoji \u{1f600}', '{"nested": "json"}', 'line\nbreak'];

function events(call: Call): Answer {
  const list = Array.from({ length: count(call) }, (_, at) => sse({ at, word: WORDS[at % WORDS.length] }));
  return stream([...list, sse('[DONE]')], 'text/event-stream');
}

/** What arrived, as JSON. */
function echo({ request }: Call): Answer {
  const { method, path, query, rawHeaders, body, text } = request;
  const isText = Buffer.from(text).equals(body);
  return json(
    {
      method,
      path,
      query: [...query],
      headers: rawHeaders,
      ...(isText ? { text } : { base64: body.toString('base64') }),
    },
    { sized: true },
  );
}

/** Cut before the headers, or after `?after=` events. */
function cut({ request }: Call, how: 'reset' | 'hangUp'): Answer {
  const after = request.query.get('after');
  const at = after === null ? 'before-headers' : Number(after);
  const list = Array.from({ length: 10 }, (_, at) => sse({ at }));
  return stream(list, 'text/event-stream', { behavior: how === 'reset' ? { reset: at } : { hangUp: at } });
}

function slow(call: Call): Answer {
  return json({ waited: count(call, 'ms') }, { sized: true, behavior: { firstByteMs: count(call, 'ms') } });
}
