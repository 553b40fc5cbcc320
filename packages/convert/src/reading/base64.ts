/** Stands for a value that should have been base64 and is not. */
export class DamagedBase64 {
  readonly isDamaged = true;
}

/** The bytes of base64 text, white space allowed, both alphabets. Node's decoder skips what it does not know, so the text is checked first. */
export function fromBase64(text: string): Uint8Array | DamagedBase64 {
  if (!/^[A-Za-z0-9+/_\-\s]*={0,2}\s*$/.test(text)) return new DamagedBase64();
  const bytes = Buffer.from(text, 'base64');
  const digits = text.replaceAll(/[\s=]/g, '').length;
  return digits % 4 === 1
    ? new DamagedBase64()
    : new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
