import { ReelError } from '@reel/core';
import { decodeCassetteName } from './cassette-address.ts';

/** What the target of a request to the reverse proxy asks for. */
export interface ReverseTarget {
  /** From a `/@<cassette>` prefix. */
  readonly cassette: string | undefined;
  /** The part that names an upstream. */
  readonly name: string;
  /** Path and query below it, as spelled; empty or with a slash in front. */
  readonly rest: string;
}

/**
 * Takes `/<name>/<path>?<query>` or `/@<cassette>/<name>/<path>?<query>` apart.
 * @throws REEL_PROXY_REQUEST for anything that a client and a server could read in two ways: an absolute URL, dot segments in any
 * spelling, backslashes, control characters. REEL_CASSETTE_NAME for a cassette that cannot be decoded.
 */
export function readReverseTarget(target: string): ReverseTarget {
  if (/^[a-z][a-z0-9+.-]*:/i.test(target)) {
    throw bad(
      'the request names a whole URL, as requests to a forward proxy do',
      'give the program a base URL instead (docs/proxy.md), or start the forward proxy and set HTTPS_PROXY',
    );
  }
  if (!target.startsWith('/')) throw bad('the path of the request does not begin with "/"');
  // eslint-disable-next-line no-control-regex -- Those are what is looked for.
  if (/[^\x21-\x7e]|[\\#]/.test(target))
    throw bad('the path of the request holds a character that has to be percent-encoded');
  const query = target.indexOf('?');
  const path = query === -1 ? target : target.slice(0, query);
  if (hasDotSegment(path)) throw bad('the path of the request climbs ("." or ".." as a part of it)');

  const first = partAt(path, 1);
  if (!first.startsWith('@'))
    return { cassette: undefined, name: first, rest: target.slice(1 + first.length) };
  const name = partAt(path, first.length + 2);
  return {
    cassette: decodeCassetteName(first.slice(1)),
    name,
    rest: target.slice(Math.min(target.length, first.length + 2 + name.length)),
  };
}

function partAt(path: string, start: number): string {
  const end = path.indexOf('/', start);
  return path.slice(start, end === -1 ? undefined : end);
}

/** Also where a server may see one after decoding: `%2e%2e`, `a%2f..%2fb`. */
function hasDotSegment(path: string): boolean {
  if (!path.includes('.') && !/%2e/i.test(path)) return false;
  return path
    .replaceAll(/%2e/gi, '.')
    .split(/\/|%2f|%5c/i)
    .some((part) => part === '.' || part === '..');
}

function bad(what: string, fix = 'ask for /<provider>/<path>, or /@<cassette>/<provider>/<path>'): ReelError {
  return new ReelError('REEL_PROXY_REQUEST', { what, fix });
}
