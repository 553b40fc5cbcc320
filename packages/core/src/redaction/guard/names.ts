import { entropy } from '../randomness.ts';

const secretName =
  /(?:(?:api|access|secret|private|auth|signing|account|subscription|master|encryption)[-_ .]?keys?|secrets?|passw(?:or)?ds?|passphrases?|credentials?|(?:access|refresh|id|auth|session|bearer|api|security|csrf|bot)[-_ .]?tokens?|^authorization|^proxy-authorization|^cookie)$/i;

/**
 * The last three letters that such a name can have, by their lowest five bits (the same for both cases); for each, how far back which other
 * letter stands, because `description` ends like `authorization`.
 */
const endings = new Uint8Array(1 << 15);
for (const [ending, back, letter] of [
  ['key', 1, 'y'],
  ['eys', 1, 's'],
  ['ret', 4, 'c'],
  ['ets', 5, 'c'],
  ['swd', 4, 's'],
  ['wds', 5, 's'],
  ['ord', 4, 'w'],
  ['rds', 5, 'w'],
  ['ase', 4, 'r'],
  ['ses', 5, 'r'],
  ['ial', 4, 't'],
  ['als', 5, 't'],
  ['ken', 4, 'o'],
  ['ens', 5, 'o'],
  ['ion', 6, 'z'],
  ['kie', 4, 'o'],
] as const)
  endings[endingAt(Buffer.from(ending), 3)] = (back << 5) | (letter.charCodeAt(0) & 31);

function endingAt(bytes: Uint8Array, end: number): number {
  return ((bytes[end - 3]! & 31) << 10) | ((bytes[end - 2]! & 31) << 5) | (bytes[end - 1]! & 31);
}

/** Whether what ends at a place can be a name that promises a secret: a look that decides for nearly all of them. */
export function endsLikeSecretName(bytes: Uint8Array, end: number): boolean {
  if (end < 3) return false;
  const ending = endings[endingAt(bytes, end)]!;
  return ending !== 0 && (bytes[end - (ending >> 5)]! & 31) === (ending & 31);
}

const answers = new Map<string, boolean>();

/** Whether a name promises a secret. */
export function isSecretName(name: string): boolean {
  let answer = answers.get(name);
  if (answer === undefined) {
    if (answers.size > 4096) answers.clear();
    answers.set(name, (answer = name.length < 64 && secretName.test(name)));
  }
  return answer;
}

/** Whether some text in front of a place ends in what may be a name that promises a secret; says yes for more than {@link isSecretName}. */
export function mayEndSecretName(text: string, end: number): boolean {
  return anySecretName.test(text.slice(Math.max(0, end - 24), end));
}

/** The same where the name stands in quotes. */
export function mayEndQuotedSecretName(text: string, end: number): boolean {
  return quotedSecretName.test(text.slice(Math.max(0, end - 24), end));
}

// Where a name has to be the whole one, at least no longer name of several words ends there.
const anySecretName = new RegExp(secretName.source.replaceAll('^', '(?<![-.])'), 'i');
const quotedSecretName = new RegExp(secretName.source.replaceAll('^', '(?<=")'), 'i');

const harmless =
  /^\[redacted:[a-z0-9-]+\]|^(?:bearer|basic) \[redacted:|^redacted-|^(?:[$<{%*]|\.{3}|https?:\/\/|[.~]{0,2}\/[\w.-]{1,20}(?:\/|$))|^[A-Z]+\d{0,2}(?:_[A-Z]*\d{0,2})+$|^(.)\1*$|(?:^|[-_ ])(?:test|dummy|fake|example|placeholder|your|sanitized|redacted|reel)(?:$|[-_ ])/i;

/** Whether a value under such a name is random enough to be one: digits and letters, no prose, about 3 bits a character. */
export function isUnpredictable(value: string): boolean {
  if (value.length < 8 || value.length > 8192 || /\s/.test(value.trim()) || harmless.test(value))
    return false;
  return (
    /\d/.test(value) && /[A-Za-z]/.test(value) && entropy(value) >= Math.min(3, Math.log2(value.length) - 0.6)
  );
}
