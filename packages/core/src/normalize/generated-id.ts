/**
 * Whether a value can be followed through a cassette by value: made by a machine, long enough, and of a kind that no word,
 * number, tool name or model family has. What is not is left as it is everywhere: rewriting `auto`, `1` or `get_weather`
 * wherever it stands would change what was said.
 */
export function isDistinctive(value: string): boolean {
  if (value.length < 8 || value.length > 512 || !/^[\w\-.:/+=|~@%]+$/.test(value)) return false;
  // Google's resource names (`files/ofyvwkznt2rs`) are lower-case letters and digits, at times letters alone.
  if (/^[a-zA-Z]+\/(?:.*\/)?[a-z0-9]{10,}$/.test(value)) return true;
  return (value.match(/[A-Za-z0-9]{6,}/g) ?? []).some(
    (run) =>
      (/\d/.test(run) && /[A-Za-z]/.test(run)) ||
      /[a-z][A-Z].*[A-Z]|[A-Z].*[a-z][A-Z]/.test(run) ||
      /^\d{8,}$/.test(run),
  );
}

/**
 * Whether a text may hold an id in the sense of {@link isDistinctive}: every one has a figure, a slash or a capital after a small letter.
 * Rules out nearly all words that people and models write.
 */
export function mayHoldId(text: string): boolean {
  return text.length >= 8 && /\d|\/|[a-z][A-Z]/.test(text);
}

/** Eight, four, four, four and twelve hex digits. */
const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** The part of an id that says what it names: `call_`, `chatcmpl-`, `files/`. Letters, then one separator. */
const prefix = /^[A-Za-z]{1,24}[_\-/.:]/;

/**
 * An id in the likeness of another: same prefix, a UUID for a UUID, a short bare token of the same length, otherwise 24 hex
 * digits whatever the length was, because servers vary it. `digest` is the hex digits of a hash, at least 32 of them.
 */
export function idLike(value: string, digest: string): string {
  const lead = uuid.test(value) ? '' : (prefix.exec(value)?.[0] ?? '');
  const rest = value.slice(lead.length);
  if (uuid.test(rest)) return lead + uuidFrom(digest);
  const length = lead === '' && rest.length <= 12 ? rest.length : 24;
  return lead + mixed(digest.slice(0, length));
}

/** A valid UUID of version 4, so that validators in clients accept it. */
function uuidFrom(digest: string): string {
  const variant = '89ab'[Number.parseInt(digest[16]!, 16) % 4]!;
  return [
    digest.slice(0, 8),
    digest.slice(8, 12),
    `4${digest.slice(13, 16)}`,
    `${variant}${digest.slice(17, 20)}`,
    digest.slice(20, 32),
  ].join('-');
}

/**
 * The digits with a letter in front and a figure at the end. A result of letters or figures only would not be
 * {@link isDistinctive}, and the next normalization would treat it otherwise than this one.
 */
function mixed(digits: string): string {
  const letter = 'abcdef'[Number.parseInt(digits[0]!, 16) % 6]!;
  const figure = String(Number.parseInt(digits.at(-1)!, 16) % 10);
  return letter + digits.slice(1, -1) + figure;
}
