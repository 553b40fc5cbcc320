import { placeholder } from './placeholder.ts';
import { matchFrom } from './shape-scanner.ts';
import { type Span, priority } from './span.ts';

export const pemRuleId = 'private-key';

// Six characters: the engine then jumps from hyphen to hyphen instead of preparing a skip table for each call.
const begin = '-----B';
const header = /-----BEGIN (?:[A-Z0-9]+ ){0,4}PRIVATE KEY(?: BLOCK)?-----/y;
const footer = /-----END [A-Z0-9 ]{0,40}-----/y;
// Line breaks may be real, or written as an escape in JSON, in JSON inside JSON, or in a URL.
const lines = /(?:(?:\s|\\+[nr]|%0[AaDd])*[A-Za-z0-9+/=]{16,})+/y;
const longest = 65_536;

/**
 * Private keys between PEM armor (RFC 7468; OpenSSH and PGP alike), whatever stands for their line breaks. A key that is cut
 * off goes as far as its base64 lines go. Public keys and certificates stay.
 */
export function scanPem(text: string, found: (span: Span) => void): void {
  let end = -1;
  for (let start = text.indexOf(begin); start !== -1; start = text.indexOf(begin, start + 1)) {
    header.lastIndex = start;
    const head = header.exec(text);
    if (head === null) continue;
    const bodyStart = start + head[0].length;
    // Searched again only when passed, so many beginnings without an end cost one search and not one each.
    if (end !== Infinity && end < bodyStart) {
      const next = text.indexOf('-----END ', bodyStart);
      end = next === -1 ? Infinity : next;
    }
    let stop = bodyStart;
    footer.lastIndex = end === Infinity ? text.length : end;
    const foot = end - bodyStart <= longest ? footer.exec(text) : null;
    if (foot !== null && !/["'<>]/.test(text.slice(bodyStart, end))) stop = end + foot[0].length;
    else {
      stop += matchFrom(lines, text, bodyStart)?.length ?? 0;
    }
    if (stop > bodyStart) {
      found({ start, end: stop, replacement: placeholder(pemRuleId), rank: priority.shape });
      start = stop - 1;
    }
  }
}
