/**
 * A compressed body as its `content-encoding` header says, decoded; `undefined` when it cannot be. Only for looking into it.
 */
export function uncompressed(line: Readonly<Record<string, unknown>>, bytes: Buffer): Buffer | undefined {
  const { headers } = line;
  if (!Array.isArray(headers)) return undefined;
  const header = (headers as unknown[]).find(
    (pair): pair is [string, string] =>
      Array.isArray(pair) && /^content-encoding$/i.test(String(pair[0])) && typeof pair[1] === 'string',
  );
  if (header === undefined) return undefined;
  const zlib = process.getBuiltinModule('node:zlib');
  let body = bytes;
  try {
    for (const coding of header[1]
      .toLowerCase()
      .split(/\s*,\s*/)
      .toReversed()) {
      if (/^(?:x-)?gzip$/.test(coding)) body = zlib.gunzipSync(body);
      else if (coding === 'br') body = zlib.brotliDecompressSync(body);
      else if (coding === 'zstd') body = zlib.zstdDecompressSync(body);
      else if (coding === 'deflate')
        body = (body[0]! & 0x0f) === 8 ? zlib.inflateSync(body) : zlib.inflateRawSync(body);
    }
  } catch {
    return undefined;
  }
  return body === bytes ? undefined : body;
}
