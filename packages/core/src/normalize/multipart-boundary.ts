import { headerValue } from '../model/headers.ts';
import type { RecordedRequest } from '../model/interaction.ts';
import { fromByteText, toByteText } from './byte-text.ts';
import { boundaryOf } from './canonical-multipart.ts';
import { applyEdits } from './edits.ts';
import { replaceHeader, withLengthChange } from './header-edits.ts';

/**
 * Clients draw a random boundary for each multipart body. Here it becomes the same one each time, in the header and at the
 * delimiters; the parts keep their bytes. A request that is not multipart comes back as it is.
 */
export function withStableBoundary(request: RecordedRequest): RecordedRequest {
  const contentType = headerValue(request.headers, 'content-type');
  if (contentType === undefined || !/^\s*multipart\//i.test(contentType)) return request;
  const old = boundaryOf(contentType);
  if (old === undefined || old === '') return request;

  const body = toByteText(request.body);
  const delimiters = findDelimiters(body, old);
  // A body that does not use its header's boundary is not understood, and so not touched.
  if (body !== '' && delimiters.length === 0) return request;
  const boundary = freeBoundary(body, old);
  if (boundary === old) return request;
  const edits = delimiters.map((at) => ({ start: at + 2, end: at + 2 + old.length, text: boundary }));
  const headers = replaceHeader(request.headers, 'content-type', (value) =>
    value.replace(/(;\s*boundary=)(?:"(?:[^"\\]|\\.)*"|[^\s;]+)/i, `$1${boundary}`),
  );
  const change = edits.length * (boundary.length - old.length);
  return {
    ...request,
    headers: withLengthChange(headers, change),
    body: edits.length === 0 ? request.body : fromByteText(applyEdits(body, edits)),
  };
}

/** Offsets of `--boundary` at the start of a line, followed by the end of the line or by `--` (RFC 2046, section 5.1.1). */
function findDelimiters(body: string, boundary: string): number[] {
  const delimiter = `--${boundary}`;
  const found: number[] = [];
  for (let at = body.indexOf(delimiter); at !== -1; at = body.indexOf(delimiter, at + delimiter.length)) {
    const startsLine = at === 0 || body[at - 1] === '\n';
    if (
      startsLine &&
      /^(?:--|[\t ]*\r?\n|$)/.test(body.slice(at + delimiter.length, at + delimiter.length + 80))
    ) {
      found.push(at);
    }
  }
  return found;
}

/** The first of `reel-boundary`, `reel-boundary-1`... that no content uses; the one in use when it is that already. */
function freeBoundary(body: string, current: string): string {
  for (let i = 0; ; i++) {
    const candidate = i === 0 ? 'reel-boundary' : `reel-boundary-${i}`;
    if (candidate === current || findDelimiters(body, candidate).length === 0) return candidate;
  }
}
