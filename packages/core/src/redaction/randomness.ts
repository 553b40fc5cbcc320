/** Shannon entropy of the characters of a text, in bits per character. English prose has about 4.1, but long words under 3.3. */
export function entropy(text: string): number {
  const counts = new Map<number, number>();
  for (let i = 0; i < text.length; i += 1) {
    const unit = text.charCodeAt(i);
    counts.set(unit, (counts.get(unit) ?? 0) + 1);
  }
  let bits = 0;
  for (const count of counts.values()) bits -= (count / text.length) * Math.log2(count / text.length);
  return bits;
}

/**
 * Whether a value looks chosen by a machine or a careful person: letters and digits mixed, no white space, and none of the ordinary things
 * that look so too (paths, URLs, dates, versions, references to variables, expressions). Used where only the name next to it
 * speaks for a secret, so a word such as `required` after "password:" is left alone.
 */
export function looksLikeCredential(value: string): boolean {
  if (value.length < 8 || value.length > 4096 || isOrdinary(value)) return false;
  return /[A-Za-z]/.test(value) && /\d/.test(value);
}

/** The stricter question for names that are mostly innocent (`token`, `key`): long, and too even for words. */
export function looksRandom(value: string): boolean {
  if (
    value.length < 24 ||
    value.length > 512 ||
    isOrdinary(value) ||
    uuid.test(value) ||
    /[^\w+/=.~-]/.test(value)
  )
    return false;
  return /\d/.test(value) && /[A-Za-z]/.test(value) && !/[a-z]{9}/.test(value) && entropy(value) > 3.2;
}

const uuid = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i;

const ordinary = [
  // A URL without credentials (those have a rule of their own), a data URL.
  /^(?:[a-z][a-z0-9+.-]{1,12}:\/\/|data:)/,
  // A date, a version, a number with a unit.
  /^\d{4}-\d\d-\d\d(?:[T ].*)?$/,
  /^v?\d+(?:\.\d+)+(?:[-+.][\w.]*)?$/,
  /^[-+]?[\d.,_]+[a-z%]{0,3}$/,
  // A region, a model: `us-east-1`, `gpt-4o-mini`.
  /^(?:[a-z]{1,12}|\d{1,3}[a-z]?|[a-z]\d{1,2})(?:[-.](?:[a-z]{1,12}|\d{1,3}[a-z]?|[a-z]\d{1,2}))*$/,
  // A reference: `${KEY}`, `$KEY`, `{{ key }}`, `<your key>`, `%KEY%`, `OPENAI_API_KEY`.
  /^(?:\$|\{|<|%[A-Z])/,
  /^[A-Z]+\d{0,2}(?:_[A-Z]*\d{0,2})+$/,
  // An expression: `settings.api_key2`, `getenv("X1")`, `keys[0]`.
  /^[A-Za-z_$][\w$]*(?:\.[A-Za-z_$][\w$]*)*[([].*$/,
  /^[a-z_$][a-z_$]*(?:\.[A-Za-z_$][\w$]*)+$/,
  // Masked by somebody already.
  /^(.)\1*$/,
  /[*•]{3}|\.\.\.|…|xxxx/i,
];

/** `foo1.example.com`, `notes.txt`; but not a key with `.txt` behind it. */
function isHostOrFile(value: string): boolean {
  return /^(?:[\w-]{1,40}\.){1,5}[a-z]{2,10}(?::\d{1,5})?$/.test(value) && !hasMixedPart(value, '.');
}

function hasMixedPart(value: string, separator: string | RegExp): boolean {
  return value
    .split(separator)
    .some((part) => part.length >= 16 && /[a-z]/.test(part) && /[A-Z]/.test(part) && /\d/.test(part));
}

function isOrdinary(value: string): boolean {
  return isPath(value) || isHostOrFile(value) || ordinary.some((pattern) => pattern.test(value));
}

/** Whether a value is a file path. A secret in base64 may begin with a slash too, but names of folders are not that mixed. */
export function isPath(value: string): boolean {
  if (!/^(?:[~.]{0,2}\/[\w. -]+(?:\/|$)|[A-Za-z]:\\)/.test(value)) return false;
  return !hasMixedPart(value, /[\\/]/);
}
