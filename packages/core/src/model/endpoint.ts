/** Where a connection goes. */
export interface Endpoint {
  /** Host name or address as the client gave it, without brackets; lower case. */
  readonly host: string;
  readonly port: number;
  readonly tls: boolean;
}

/** The endpoint of an `http(s):` or `ws(s):` URL. */
export function endpointOf(url: URL): Endpoint {
  const tls = url.protocol === 'https:' || url.protocol === 'wss:';
  const host = url.hostname.startsWith('[') ? url.hostname.slice(1, -1) : url.hostname;
  return { host, port: url.port === '' ? (tls ? 443 : 80) : Number(url.port), tls };
}

// A name may begin with `127.`, too, and belong to anybody.
const ipv4Loopback = /^(?:::ffff:)?127(?:\.\d{1,3}){1,3}$/;

/** `localhost`, its subdomains, and the loopback addresses of IPv4 and IPv6 (RFC 6761, RFC 5735, RFC 4291). */
export function isLoopback(host: string): boolean {
  return (
    host === 'localhost' ||
    host === '::1' ||
    host === '0.0.0.0' ||
    ipv4Loopback.test(host) ||
    host.endsWith('.localhost')
  );
}
