import { ReelError } from '@reel/core';
import {
  allProviders,
  isLoopback,
  parseHostPattern,
  type Endpoint,
  type HostPattern,
} from '@reel/core/engine';

export interface HostRuleOptions {
  /**
   * Hosts whose traffic is read, beside those of the providers: `gateway.internal`, `*.example.com`, `127.0.0.1:8080`, `https://host:8443`.
   */
  readonly hosts?: readonly string[];
  /** Whose traffic is read, instead of the providers and `hosts`. Asked once per connection, and per request without TLS. */
  readonly takes?: (endpoint: Endpoint) => boolean;
  /**
   * What happens to all other hosts: `tunnel` passes them on unread, `refuse` answers 403. Default: `refuse` in replay, which never
   * touches the network, and `tunnel` otherwise. Loopback is always passed on.
   */
  readonly others?: 'tunnel' | 'refuse';
}

/** Whose traffic a forward proxy reads, and what else it lets through. */
export interface HostRule {
  takes(endpoint: Endpoint): boolean;
  passes(endpoint: Endpoint): boolean;
}

/** @throws REEL_INVALID_OPTION for a host that is not a pattern. */
export function createHostRule({ hosts = [], takes, others }: HostRuleOptions, mode: string): HostRule {
  const named = hosts.map(compile);
  const isTunnelling = (others ?? (mode === 'replay' ? 'refuse' : 'tunnel')) === 'tunnel';
  return {
    takes: takes ?? ((endpoint) => isProvider(endpoint) || named.some((matches) => matches(endpoint))),
    passes: (endpoint) => isTunnelling || isLoopback(endpoint.host),
  };
}

const providers: readonly HostPattern[] = allProviders
  .flatMap(({ hosts }) => hosts)
  .flatMap((host) => parseHostPattern(host) ?? []);

function isProvider(endpoint: Endpoint): boolean {
  if (!isLoopback(endpoint.host)) return providers.some((pattern) => pattern.matches(endpoint));
  return allProviders.some(({ loopbackPorts }) => loopbackPorts?.includes(endpoint.port));
}

/**
 * A CONNECT does not say what is going to be spoken, so that a pattern with a scheme is looked at by its host and port.
 */
function compile(text: string): (endpoint: Endpoint) => boolean {
  const pattern = parseHostPattern(text);
  if (pattern !== undefined)
    return (endpoint) => pattern.matches(endpoint) || pattern.matches({ ...endpoint, tls: !endpoint.tls });
  throw new ReelError('REEL_INVALID_OPTION', {
    what: `${JSON.stringify(text)} is not a host pattern`,
    where: 'the option hosts of the proxy',
    fix: 'write a host, *.host, host:port or scheme://host:port',
  });
}
