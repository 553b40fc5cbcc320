import type { Endpoint } from '../model/endpoint.ts';

/** A compiled entry of `intercept` or `passthrough`. */
export interface HostPattern {
  readonly matches: (endpoint: Endpoint) => boolean;
  /** Port the pattern names, if it names one: the socket layer looks at it too. */
  readonly port: number | undefined;
}

const shape = /^(?:(https?|wss?):\/\/)?(\[[0-9a-f:.]+\]|[^/:\s]+)(?::(\d{1,5}|\*))?\/?$/i;

/**
 * Compiles `api.openai.com`, `*.example.com`, `127.0.0.1:4010`, `localhost:*`, `https://gateway.internal:8443` or `*`. A leading
 * `*.` stands for any number of labels; without a port every port of the host matches.
 * @returns `undefined` when the text is not of that form.
 */
export function parseHostPattern(text: string): HostPattern | undefined {
  const parts = shape.exec(text.trim());
  if (parts === null) return undefined;
  const [, scheme, name, portText] = parts;
  const tls = scheme === undefined ? undefined : /^(https|wss)$/i.test(scheme);
  const host = name!.toLowerCase().replace(/^\[|\]$/g, '');
  const given = portText === undefined || portText === '*' ? undefined : Number(portText);
  const port = given ?? (tls === undefined || portText === '*' ? undefined : tls ? 443 : 80);
  const matchesHost =
    host === '*'
      ? () => true
      : host.startsWith('*.')
        ? (candidate: string) => candidate.endsWith(host.slice(1))
        : (candidate: string) => candidate === host;
  return {
    port,
    matches: (endpoint) =>
      matchesHost(endpoint.host) &&
      (port === undefined || endpoint.port === port) &&
      (tls === undefined || endpoint.tls === tls),
  };
}
