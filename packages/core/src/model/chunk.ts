/** Bytes that are one piece on tape: an SSE event, an NDJSON line, a binary frame, or a whole body. */
export interface Chunk {
  readonly bytes: Uint8Array;
  /** Milliseconds after the response headers; only on tape when timing was asked for. */
  readonly at?: number;
}

/** All bytes of a body in one array. The single-chunk case copies nothing. */
export function joinChunks(chunks: readonly Chunk[]): Uint8Array {
  if (chunks.length === 1) return chunks[0]!.bytes;
  let length = 0;
  for (const chunk of chunks) length += chunk.bytes.byteLength;
  const whole = new Uint8Array(length);
  let offset = 0;
  for (const { bytes } of chunks) {
    whole.set(bytes, offset);
    offset += bytes.byteLength;
  }
  return whole;
}
