/** `content-encoding` names Reel can undo. `identity` and an absent header mean nothing to do. */
const codecs = ['gzip', 'x-gzip', 'deflate', 'br', 'zstd'];

/**
 * A body with its content encodings removed, last applied first. A body cut in the middle gives what can be decoded of it.
 * @returns `undefined` when an encoding is unknown or the bytes are not what the header says: the caller keeps them as they are.
 */
export function decodeContent(bytes: Uint8Array, encoding: string | undefined): Uint8Array | undefined {
  const names = (encoding ?? '')
    .toLowerCase()
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '' && name !== 'identity');
  let body: Uint8Array | undefined = bytes;
  for (const name of names.toReversed()) {
    if (!codecs.includes(name)) return undefined;
    if (body.byteLength === 0) continue;
    body = decodeOne(body, name);
    if (body === undefined) return undefined;
  }
  return body;
}

function decodeOne(bytes: Uint8Array, name: string): Uint8Array | undefined {
  // Loaded when the first compressed body arrives: zlib costs more to load than the rest of the engine.
  const zlib = process.getBuiltinModule('node:zlib');
  const { Z_SYNC_FLUSH, BROTLI_OPERATION_FLUSH, ZSTD_e_flush } = zlib.constants;
  try {
    switch (name) {
      case 'gzip':
      case 'x-gzip':
        return zlib.gunzipSync(bytes, { finishFlush: Z_SYNC_FLUSH });
      case 'br':
        return zlib.brotliDecompressSync(bytes, { finishFlush: BROTLI_OPERATION_FLUSH });
      case 'zstd':
        return zlib.zstdDecompressSync(bytes, { finishFlush: ZSTD_e_flush });
      default:
        return inflate(bytes, zlib, Z_SYNC_FLUSH);
    }
  } catch {
    return undefined;
  }
}

/** `deflate` is zlib-wrapped by RFC 9110 section 8.4.1.2, but some servers send it raw; RFC 1950's first byte tells. */
function inflate(bytes: Uint8Array, zlib: typeof import('node:zlib'), finishFlush: number): Uint8Array {
  const wrapped = (bytes[0]! & 0x0f) === 0x08;
  return wrapped ? zlib.inflateSync(bytes, { finishFlush }) : zlib.inflateRawSync(bytes, { finishFlush });
}
