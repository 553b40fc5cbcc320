/**
 * The units of a text as bytes, for loops that look at many of them: an element of a byte array costs a third of `charCodeAt`. Units above
 * 0xff, which no rule knows, are 0xff.
 */
export type Codes = Uint8Array;

// Decided without a look at the text when the engine keeps it as one byte a unit, which is nearly always.
const wideUnit = /[^\0-\xff]/;

/** For fewer units a call out of the engine costs more than it spares. */
const short = 64;

/** A copy: it may be kept and read as long as needed. */
export function codesOf(text: string): Codes {
  const codes = Buffer.allocUnsafe(text.length);
  if (text.length > short && !wideUnit.test(text)) codes.write(text, 'latin1');
  else for (let at = 0; at < text.length; at += 1) codes[at] = Math.min(text.charCodeAt(at), 0xff);
  return codes;
}
