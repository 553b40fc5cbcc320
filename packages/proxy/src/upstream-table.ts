import { ReelError } from '@reel/core';
import { allProviders, parseHostPattern, type Provider } from '@reel/core/engine';

/** Where one name leads. */
export interface UpstreamBase {
  /** Base URL as the cassette says it, without a slash at its end. */
  readonly url: string;
  /** What a `host` header says of it. */
  readonly host: string;
}

/** Where the names in paths lead. */
export interface UpstreamTable {
  /** By name. */
  readonly bases: ReadonlyMap<string, UpstreamBase>;
  /** Public origin to the gateway that is pinned for it: what the option `upstreams` of Reel takes. */
  readonly pins: Readonly<Record<string, string>>;
  /** Origins that are to be recorded although they may be loopback ones. */
  readonly intercept: readonly string[];
}

/**
 * Every provider Reel knows under its name, and what the user named.
 * @param named name to URL
 * @throws REEL_INVALID_OPTION
 */
export function createUpstreamTable(named: Readonly<Record<string, string>> = {}): UpstreamTable {
  const bases = new Map<string, UpstreamBase>();
  const pins: Record<string, string> = {};
  const intercept: string[] = [];
  for (const provider of allProviders) {
    const base = publicBase(provider);
    if (base !== undefined) bases.set(provider.id, baseOf(base));
  }
  for (const [name, text] of Object.entries(named)) {
    const url = checked(name, text);
    const base = url.href.replace(/\/$/, '');
    const known = bases.get(name);
    const provider = allProviders.find(({ id }) => id === name);
    if (known === undefined || provider === undefined || isOwnHost(provider, url)) {
      bases.set(name, baseOf(base));
      intercept.push(url.origin);
    } else {
      pins[known.url] = base;
    }
  }
  return { bases, pins, intercept };
}

function baseOf(url: string): UpstreamBase {
  return { url, host: new URL(url).host };
}

/** `undefined` for a provider that gives every customer a host of their own (Azure). */
function publicBase({ hosts, loopbackPorts }: Provider): string | undefined {
  const port = loopbackPorts?.[0];
  if (port !== undefined) return `http://127.0.0.1:${port}`;
  const host = hosts.find((candidate) => !candidate.startsWith('*'));
  return host === undefined ? undefined : `https://${host}`;
}

/** Another host of the same provider is where the cassette says the request went; any other is a gateway. */
function isOwnHost({ hosts }: Provider, url: URL): boolean {
  return hosts.some((host) =>
    parseHostPattern(host)?.matches({
      host: url.hostname,
      port: 443,
      tls: url.protocol === 'https:',
    }),
  );
}

function checked(name: string, text: string): URL {
  const problem = problemOf(name, text);
  if (problem === undefined) return new URL(text);
  throw new ReelError('REEL_INVALID_OPTION', {
    what: `the upstream ${JSON.stringify(name)} is wrong: ${problem}`,
    where: 'the option upstream (--upstream name=url)',
    fix: 'write a name of letters, digits, ".", "_" and "-", and an http or https URL: local=http://127.0.0.1:8000/v1',
  });
}

function problemOf(name: string, text: string): string | undefined {
  if (!/^[a-z0-9][a-z0-9._-]*$/i.test(name)) return 'the name cannot be one part of a path';
  const url = URL.parse(text);
  if (url === null || !/^https?:$/.test(url.protocol)) return 'its address is not an http or https URL';
  if (url.username !== '' || url.password !== '')
    return 'its address holds a user name or a password; clients send their credentials themselves';
  if (url.search !== '' || url.hash !== '') return 'its address has a query or a fragment';
  return undefined;
}
