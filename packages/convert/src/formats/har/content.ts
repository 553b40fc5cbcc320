import { headerValue, type HeaderList } from '@reel/core/engine';
import { DamagedBase64, fromBase64 } from '../../reading/base64.ts';
import { base64Body, fromText, hexBody, Unreadable } from '../../reading/body.ts';
import { fieldsOf, type Fields } from '../../reading/fields.ts';
import { headersOf } from '../../reading/headers.ts';
import type { NoteCode } from '../../reading/notes.ts';
import type { Recording } from '../../reading/recording.ts';
import { numberOf, textOf } from '../../reading/text.ts';

const nothing: Uint8Array = new Uint8Array(0);

/** The request body: text, a file beside the HAR (Playwright), or the fields of a form. */
export function postedBody(
  data: Fields | undefined,
  headers: HeaderList,
  recording: Recording,
  notes: NoteCode[],
): Uint8Array {
  if (data === undefined) return nothing;
  const attached = attachment(data, recording);
  if (attached !== undefined) return attached;
  const text = textOf(data['text']);
  if (text !== undefined && text !== '') {
    return textOf(data['encoding']) === 'base64' ? base64Body(text, 'its request body') : fromText(text);
  }
  const type = (headerValue(headers, 'content-type') ?? textOf(data['mimeType']) ?? '').toLowerCase();
  const params = headersOf(data['params']);
  if (params.length > 0 && type.startsWith('application/x-www-form-urlencoded'))
    return fromText(
      new URLSearchParams(params.map(([name, value]): [string, string] => [name, value])).toString(),
    );
  if (type.startsWith('multipart/')) notes.push('multipart-lost');
  return nothing;
}

export interface ReceivedBody {
  readonly response: Fields;
  readonly status: number;
  readonly method: string;
  readonly isPolly: boolean;
  readonly recording: Recording;
  readonly notes: NoteCode[];
}

/** The response body. @throws Unreadable where the HAR was saved without it. */
export function receivedBody({
  response,
  status,
  method,
  isPolly,
  recording,
  notes,
}: ReceivedBody): Uint8Array {
  const content = fieldsOf(response['content']) ?? {};
  const what = 'its response body';
  const attached = attachment(content, recording);
  if (attached !== undefined) return attached;
  const text = textOf(content['text']);
  if (text === undefined) {
    const isEmpty =
      (numberOf(content['size']) ?? 0) <= 0 || method === 'HEAD' || status === 204 || status === 304;
    if (!isEmpty && !isPolly)
      throw new Unreadable('its response body is not in the file (save the HAR with content)');
    if (!isEmpty) notes.push('body-cut');
    return nothing;
  }
  const encoding = textOf(content['encoding'])?.toLowerCase();
  const slices = slicesOf(text);
  if (slices !== undefined && (encoding === 'base64' || isCompressed(response))) return slices;
  if (encoding === 'base64') return base64Body(text, what);
  // Polly.js before version 5.
  if (encoding === 'hex' || response['_isBinary'] === true || content['_isBinary'] === true)
    return hexBody(text, what);
  return fromText(text);
}

/** Polly.js keeps a compressed body as a JSON array of the chunks that arrived, each in base64 (before version 5: in hex). */
function slicesOf(text: string): Uint8Array | undefined {
  if (!/^\s*\[\s*(?:"[\w+/=-]*"\s*,?\s*)+\]\s*$/.test(text)) return undefined;
  let slices: string[];
  try {
    slices = JSON.parse(text) as string[];
  } catch {
    return undefined;
  }
  const isHex = slices.every((slice) => slice.length % 2 === 0 && /^[0-9a-f]*$/.test(slice));
  const bytes = slices.map((slice) => (isHex ? Buffer.from(slice, 'hex') : fromBase64(slice)));
  if (bytes.some((slice) => slice instanceof DamagedBase64))
    throw new Unreadable('its response body is not valid base64');
  return new Uint8Array(Buffer.concat(bytes as Uint8Array[]));
}

function isCompressed(response: Fields): boolean {
  return headerValue(headersOf(response['headers']), 'content-encoding') !== undefined;
}

/** Playwright's `content: 'attach'`. */
function attachment(content: Fields, recording: Recording): Uint8Array | undefined {
  const file = textOf(content['_file'] ?? content['_sha1']);
  if (file === undefined) return undefined;
  const bytes = recording.companion(file);
  if (bytes === undefined)
    throw new Unreadable(`its body is in a file that is not there (${file.slice(0, 80)})`);
  return bytes;
}
