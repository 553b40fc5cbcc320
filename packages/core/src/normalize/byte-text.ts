/**
 * Bytes as a string of one character per byte, and back. Offsets in the string are offsets in the bytes, nothing is lost
 * for any input, and JSON, SSE and multipart have an ASCII syntax, so they can be read in this form; only text outside
 * ASCII looks strange, and nothing here looks at it.
 */
export function toByteText(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
}

/** @see toByteText */
export function fromByteText(text: string): Uint8Array {
  const bytes = Buffer.from(text, 'latin1');
  return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
