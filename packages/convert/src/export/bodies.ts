import * as zlib from 'node:zlib';
import { headerValue, type HeaderList, type Interaction } from '@reel/core/engine';

/** The whole response body, without content coding, as it is on tape. */
export function wholeBody({ chunks }: Interaction): Buffer {
  return Buffer.concat(chunks.map(({ bytes }) => bytes));
}

/**
 * The body as it was on the wire, compressed by its `content-encoding`: for formats that keep it so, and whose readers believe the
 * header. Other bytes than the server's, the same content.
 */
export function codedBody(
  body: Buffer,
  headers: HeaderList,
): { readonly body: Buffer; readonly isCoded: boolean } {
  if (body.byteLength === 0) return { body, isCoded: false };
  switch ((headerValue(headers, 'content-encoding') ?? '').trim().toLowerCase()) {
    case 'gzip':
    case 'x-gzip':
      return { body: zlib.gzipSync(body), isCoded: true };
    case 'deflate':
      return { body: zlib.deflateSync(body), isCoded: true };
    case 'br':
      return { body: zlib.brotliCompressSync(body), isCoded: true };
    case 'zstd':
      return { body: zlib.zstdCompressSync(body), isCoded: true };
    default:
      return { body, isCoded: false };
  }
}

/** Values by name, names as they are first spelled. `isLossy`: the order of different headers, or a spelling, cannot be told any more. */
export function grouped(headers: HeaderList): {
  readonly map: Map<string, string[]>;
  readonly isLossy: boolean;
} {
  const map = new Map<string, string[]>();
  const spelled = new Map<string, string>();
  let last = '';
  let isLossy = false;
  for (const [name, value] of headers) {
    const key = name.toLowerCase();
    const known = spelled.get(key);
    if (known === undefined) {
      spelled.set(key, name);
      map.set(name, [value]);
    } else {
      isLossy ||= last !== key || known !== name;
      map.get(known)!.push(value);
    }
    last = key;
  }
  return { map, isLossy };
}
