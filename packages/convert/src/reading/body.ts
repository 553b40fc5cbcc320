import { DamagedBase64, fromBase64 } from './base64.ts';
import { toJson } from './to-json.ts';
import { textOf } from './text.ts';

/** Why one exchange cannot be read. The message completes "skipped: ..." and quotes nothing. */
export class Unreadable extends Error {}

const nothing: Uint8Array = new Uint8Array(0);

/** The bytes of a body that is text, bytes or nothing. Anything else is a JSON document: written compactly. */
export function bodyOf(value: unknown, what: string): Uint8Array {
  if (value === undefined || value === null) return nothing;
  if (value instanceof Uint8Array) return value;
  if (value instanceof DamagedBase64) throw new Unreadable(`${what} is not valid base64`);
  const text = textOf(value);
  return text === undefined ? jsonBody(value, what) : fromText(text);
}

export function fromText(text: string): Uint8Array {
  if (text === '') return nothing;
  const bytes = Buffer.from(text, 'utf8');
  return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** A body that the recording stores as a tree, written compactly. */
export function jsonBody(value: unknown, what: string): Uint8Array {
  const text = toJson(value);
  if (text === undefined) throw new Unreadable(`${what} cannot be written as JSON`);
  return fromText(text);
}

/** @throws Unreadable */
export function base64Body(text: unknown, what: string): Uint8Array {
  const bytes = typeof text === 'string' ? fromBase64(text) : undefined;
  if (bytes === undefined || bytes instanceof DamagedBase64)
    throw new Unreadable(`${what} is not valid base64`);
  return bytes;
}

/** @throws Unreadable */
export function hexBody(text: string, what: string): Uint8Array {
  if (text.length % 2 !== 0 || !/^[0-9a-f]*$/i.test(text))
    throw new Unreadable(`${what} is not valid hexadecimal`);
  return new Uint8Array(Buffer.from(text, 'hex'));
}
