import { entropy } from '../randomness.ts';

const secretName =
  /(?:(?:api|access|secret|private|auth|signing|account|subscription|master|encryption)[-_ .]?keys?|secrets?|passw(?:or)?ds?|passphrases?|credentials?|(?:access|refresh|id|auth|session|bearer|api|security|csrf|bot)[-_ .]?tokens?|^authorization|^proxy-authorization|^cookie)$/i;

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
