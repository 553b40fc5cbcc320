import type { HeaderList } from '../../model/headers.ts';
import { mediaType } from '../../model/headers.ts';

/**
 * All values of a header in order, joined as one (RFC 9110 section 5.3), without the white space around them; `''` when it is
 * absent. Of a multipart `content-type` only the type counts, because its boundary differs at every call.
 */
export function headerKey(headers: HeaderList, name: string, mask?: (text: string) => string): string {
  const values: string[] = [];
  for (const [key, value] of headers) if (key.toLowerCase() === name) values.push(value.trim());
  if (name === 'content-type') {
    const type = mediaType(headers);
    if (type.startsWith('multipart/')) return type;
  }
  const joined = values.join(', ');
  return mask === undefined ? joined : mask(joined);
}
