/** How every HTTP/2 connection begins: RFC 9113, section 3.4. */
const preface = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 'latin1');

/** Longer than any method Node parses, with room for the empty lines that may come before it. */
const window = 40;

export type Greeting = 'http1' | 'http2' | 'other';

/** What a client speaks, told by its first bytes; `undefined` when it takes more of them to tell. */
export function readGreeting(first: Buffer): Greeting | undefined {
  const shared = Math.min(first.byteLength, preface.byteLength);
  if (first.subarray(0, shared).equals(preface.subarray(0, shared))) {
    return shared === preface.byteLength ? 'http2' : undefined;
  }
  const { METHODS } = process.getBuiltinModule('node:http');
  // RFC 9112, section 2.2: a server ignores empty lines before a request line.
  const text = first
    .subarray(0, window)
    .toString('latin1')
    .replace(/^(\r?\n)+/, '');
  const space = text.indexOf(' ');
  if (space !== -1) return METHODS.includes(text.slice(0, space)) ? 'http1' : 'other';
  return METHODS.some((method) => method.startsWith(text)) ? undefined : 'other';
}
