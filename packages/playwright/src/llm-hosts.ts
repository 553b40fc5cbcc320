import {
  allProviders,
  endpointOf,
  isLoopback,
  parseHostPattern,
  type Endpoint,
  type HostPattern,
} from '@reel/core/engine';
import type { ReelOptions } from '@reel/core';

const providers: readonly HostPattern[] = compile(allProviders.flatMap(({ hosts }) => hosts));

/** Whether a host is a known provider's. */
export function isProviderHost(host: string): boolean {
  const endpoint = { host, port: 443, tls: true };
  return !isLoopback(host) && providers.some((pattern) => pattern.matches(endpoint));
}

/**
 * Whose traffic of a page is Reel's: known providers and what `intercept` names, without what `passthrough` names. A page loads
 * fonts, scripts and pictures from anywhere, and those are not recorded.
 */
export function pageHosts({
  intercept = [],
  passthrough = [],
}: ReelOptions): (endpoint: Endpoint) => boolean {
  const wanted = compile(intercept);
  const unwanted = compile(passthrough);
  return (endpoint) => {
    const isNamed = (pattern: HostPattern): boolean => pattern.matches(endpoint);
    if (unwanted.some(isNamed)) return false;
    if (wanted.some(isNamed) || isProviderHost(endpoint.host)) return true;
    return isLoopback(endpoint.host) && localPorts.has(endpoint.port);
  };
}

const localPorts = new Set(allProviders.flatMap(({ loopbackPorts }) => loopbackPorts ?? []));

/** {@link pageHosts} of a URL. */
export function takesUrl(takes: (endpoint: Endpoint) => boolean, url: URL): boolean {
  return /^(?:http|ws)s?:$/.test(url.protocol) && takes(endpointOf(url));
}

function compile(patterns: readonly string[]): HostPattern[] {
  return patterns.flatMap((text) => parseHostPattern(text) ?? []);
}
