/**
 * The leave of a provider for pages of any origin. Preflights are answered by Reel and are not on tape: a tape that was recorded by
 * a server, which asks for no leave, serves a page as well.
 */
export function preflightHeaders(asked: Readonly<Record<string, string | undefined>>): [string, string][] {
  return [
    ...originHeaders(asked['origin']),
    ['access-control-allow-methods', asked['access-control-request-method'] ?? '*'],
    ['access-control-allow-headers', asked['access-control-request-headers'] ?? '*'],
    ['access-control-max-age', '0'],
  ];
}

/** What an answer needs beside its own headers to be readable by a page of another origin. */
export function originHeaders(origin: string | undefined): [string, string][] {
  if (origin === undefined) return [];
  return [
    ['access-control-allow-origin', origin],
    ['access-control-allow-credentials', 'true'],
    ['vary', 'Origin'],
  ];
}

/** Whether a request is the browser's own question for leave. */
export function isPreflight(method: string, headers: Readonly<Record<string, string | undefined>>): boolean {
  return method === 'OPTIONS' && headers['access-control-request-method'] !== undefined;
}
