import { constants, unzipSync } from 'node:zlib';
import { base64Body, bodyOf, fromText, Unreadable } from '../../reading/body.ts';
import { fieldsOf, type Fields } from '../../reading/fields.ts';
import type { NoteCode } from '../../reading/notes.ts';
import type { Recording } from '../../reading/recording.ts';
import { textOf } from '../../reading/text.ts';
import { PlainScalar } from '../../yaml/plain-scalar.ts';

/** As for every body after decompression. */
const mostBytes = 512 << 20;

/**
 * Text, `!binary` or `base64_string`; of R's vcr also deflated bytes, the fields of a form, and a file beside the cassette.
 * @throws Unreadable
 */
export function storedBody(body: unknown, what: string, recording: Recording, notes: NoteCode[]): Uint8Array {
  const fields = fieldsOf(body);
  if (fields === undefined) return bodyOf(body, what);
  if ('base64_string' in fields) return base64Body(textOf(fields['base64_string']), what);
  if ('raw_gzip' in fields) return inflated(base64Body(textOf(fields['raw_gzip']), what), what);
  const form = fieldsOf(fields['fields']);
  if (form !== undefined) return formBody(form, notes);
  const file = textOf(fields['on_disk'] ?? (isTrue(fields['file']) ? fields['string'] : undefined));
  if (file !== undefined) {
    const bytes = recording.companion(file);
    if (bytes === undefined) throw new Unreadable(`${what} is in a file that is not there`);
    return bytes;
  }
  // How the first versions of R's vcr wrote that there is none.
  return bodyOf(isFalse(fields['string']) ? null : fields['string'], what);
}

/** R's `memCompress(type = "gzip")` writes what the rest of the world calls zlib. */
function inflated(bytes: Uint8Array, what: string): Uint8Array {
  try {
    return unzipSync(bytes, { maxOutputLength: mostBytes, finishFlush: constants.Z_SYNC_FLUSH });
  } catch {
    throw new Unreadable(`${what} is not validly compressed`);
  }
}

/** A field that is no text stands for a file of a multipart body. */
function formBody(form: Fields, notes: NoteCode[]): Uint8Array {
  const pairs = Object.entries(form).map(([name, value]) => [name, textOf(value)] as const);
  if (pairs.some(([, value]) => value === undefined)) {
    notes.push('multipart-lost');
    return fromText('');
  }
  return fromText(new URLSearchParams(pairs as [string, string][]).toString());
}

function isTrue(value: unknown): boolean {
  return value === true || (value instanceof PlainScalar && /^(?:yes|true)$/i.test(value.text));
}

function isFalse(value: unknown): boolean {
  return value === false || (value instanceof PlainScalar && /^(?:no|false)$/i.test(value.text));
}
