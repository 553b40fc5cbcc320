/** A body without its content codings (RFC 9110, section 8.4), and the way back. */
export interface CodedBody {
  readonly bytes: Uint8Array;
  encode(bytes: Uint8Array): Uint8Array;
}

/**
 * Opens a compressed body. `undefined` when there is no coding, or one that is unknown or not what the bytes are: the caller
 * treats them as they are. Encoding is deterministic: no time and no file name goes into a gzip header.
 */
export function openCoding(bytes: Uint8Array, contentEncoding: string): CodedBody | undefined {
  const codings = contentEncoding
    .toLowerCase()
    .split(',')
    .map((coding) => coding.trim())
    .filter((coding) => coding !== '' && coding !== 'identity');
  if (codings.length === 0 || bytes.byteLength === 0) return undefined;
  // Loaded when the first compressed request comes.
  const zlib = process.getBuiltinModule('node:zlib');
  try {
    let open = bytes;
    const ways: ((bytes: Uint8Array) => Uint8Array)[] = [];
    for (const coding of codings.toReversed()) {
      const [decode, encode] = codecOf(coding, open, zlib) ?? [];
      if (decode === undefined || encode === undefined) return undefined;
      open = decode(open);
      ways.unshift(encode);
    }
    return { bytes: open, encode: (body) => ways.reduce((coded, way) => way(coded), body) };
  } catch {
    return undefined;
  }
}

type Codec = readonly [decode: (bytes: Uint8Array) => Uint8Array, encode: (bytes: Uint8Array) => Uint8Array];

function codecOf(coding: string, bytes: Uint8Array, zlib: typeof import('node:zlib')): Codec | undefined {
  switch (coding) {
    case 'gzip':
    case 'x-gzip':
      return [(coded) => zlib.gunzipSync(coded), (body) => zlib.gzipSync(body)];
    case 'br':
      return [(coded) => zlib.brotliDecompressSync(coded), (body) => zlib.brotliCompressSync(body)];
    case 'zstd':
      return [(coded) => zlib.zstdDecompressSync(coded), (body) => zlib.zstdCompressSync(body)];
    case 'deflate':
      // Wrapped by the RFC, raw by some: the first byte tells.
      return (bytes[0]! & 0x0f) === 0x08
        ? [(coded) => zlib.inflateSync(coded), (body) => zlib.deflateSync(body)]
        : [(coded) => zlib.inflateRawSync(coded), (body) => zlib.deflateRawSync(body)];
    default:
      return undefined;
  }
}
