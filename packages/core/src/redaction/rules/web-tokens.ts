import type { ShapeRule } from '../rule.ts';

/** Credentials of the web at large, whoever issued them. */
export const webTokens: readonly ShapeRule[] = [
  {
    id: 'jwt',
    source: 'RFC 7519 and 7516: three or five base64url parts, the first a JSON object',
    anchors: ['eyJ'],
    // Each part ends where a character outside its class must follow, and only one attempt is made per run.
    pattern: /eyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]{8,}(?:\.[\w-]+){0,2}/y,
    boundary: 'run',
  },
  {
    id: 'url-credentials',
    source: 'RFC 3986 section 3.2.1: user information in a URL',
    anchors: ['://'],
    offset: -3,
    pattern: /(?![^@\s"'\\]{0,8}\[redacted)[^\s/?#"'\\@<>[\]:]{0,256}:[^\s/?#"'\\@<>[\]]{1,512}(?=@[\w[])/y,
    boundary: 'none',
    // A reference such as `https://user:${PASSWORD}@host` holds no secret.
    accept: (match) => !/:(?:\$|\{|%7B)/i.test(match),
  },
];
