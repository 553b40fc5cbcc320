import { ReelError } from '@reel/core';

/** The request header that names the cassette. Its value is percent-encoded, because headers carry no Unicode. */
export const cassetteHeader = 'x-reel-cassette';

/**
 * The path prefix that names a cassette: `/@billing:refund` for `billing/refund`. A colon stands for the slash, because no cassette
 * name can hold one and every client leaves it alone in a path; `%2F` is understood as well. Everything else is percent-encoded.
 */
export function cassettePath(name: string): string {
  return `/@${name.split('/').map(encodeURIComponent).join(':')}`;
}

/**
 * The name in a path segment without its `@`, or in the header.
 * @throws REEL_CASSETTE_NAME when the percent-encoding is broken. Whether the name is a good one is for who opens it to say.
 */
export function decodeCassetteName(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll(':', '/'));
  } catch (cause) {
    throw new ReelError('REEL_CASSETTE_NAME', {
      what: 'the name of the cassette is not percent-encoded UTF-8',
      where: `the path prefix /@<cassette> or the header ${cassetteHeader}`,
      fix: 'encode each part of the name as encodeURIComponent does, and write ":" between the parts',
      cause,
    });
  }
}
