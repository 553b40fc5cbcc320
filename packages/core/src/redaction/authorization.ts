import { decodeBase64Text } from './base64-text.ts';
import { placeholder } from './placeholder.ts';
import { matchFrom } from './shape-scanner.ts';
import { type Span, priority } from './span.ts';

export const bearerRuleId = 'bearer-token';
export const basicRuleId = 'basic-auth';

const bearer = /[\w.~+/-]{16,}={0,2}/y;
const basic = /[A-Za-z0-9+/]{8,}={0,2}/y;

/**
 * Credentials of an Authorization header that stands in a text: `Bearer <token>` (RFC 6750) and `Basic <base64>` (RFC 7617).
 * Called at the start of each run. Words after "Bearer" are no tokens, so a digit is asked for; base64 after
 * "Basic" has to decode to text with a colon.
 */
export function scanAuthorization(text: string, runStart: number, found: (span: Span) => void): void {
  if (runStart < 6 || text.charCodeAt(runStart - 1) !== 0x20) return;
  const word = text.slice(Math.max(0, runStart - 7), runStart - 1).toLowerCase();
  if (word === 'bearer') {
    const token = matchFrom(bearer, text, runStart);
    if (token === undefined || !/\d/.test(token)) return;
    found({
      start: runStart,
      end: runStart + token.length,
      replacement: placeholder(bearerRuleId),
      // Weaker than a shape: `Bearer sk-...` keeps the name of the key, and so does the same key without "Bearer".
      rank: priority.known,
    });
  } else if (word.endsWith('basic')) {
    const token = matchFrom(basic, text, runStart);
    if (token === undefined || !isUserAndPassword(token)) return;
    found({
      start: runStart,
      end: runStart + token.length,
      replacement: placeholder(basicRuleId),
      rank: priority.shape,
    });
  }
}

function isUserAndPassword(base64: string): boolean {
  return decodeBase64Text(base64.slice(0, 4096))?.includes(':') === true;
}
