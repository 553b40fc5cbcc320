/** Cookie by which a browser's requests say which test they belong to. */
export const testCookie = 'reel-test';
/** Header that says the same where there is no browser. Wins over the cookie. */
export const testHeader = 'x-reel-test';
/** Header of a question to the preload itself: is it there, and of which run? The application does not see it. */
export const probeHeader = 'x-reel-probe';
/** Header of the answer: the name of the run's folder. */
export const runHeader = 'x-reel-run';

/** The id is a part of a path, and comes from outside. */
const validId = /^[\w-]{1,64}$/;

/** Which test a request to a server under test belongs to. */
export function testIdOf(
  headers: Readonly<Record<string, string | string[] | undefined>>,
): string | undefined {
  const header = headers[testHeader];
  const id = typeof header === 'string' ? header : cookieValue(headers['cookie'], testCookie);
  return id !== undefined && validId.test(id) ? id : undefined;
}

/** HTTP/2 clients may send a cookie header per cookie, which Node joins (RFC 9113, 8.2.3). */
function cookieValue(header: string | string[] | undefined, name: string): string | undefined {
  if (header === undefined) return undefined;
  const all = typeof header === 'string' ? header : header.join('; ');
  for (const pair of all.split(';')) {
    const at = pair.indexOf('=');
    if (at !== -1 && pair.slice(0, at).trim() === name) return pair.slice(at + 1).trim();
  }
  return undefined;
}
