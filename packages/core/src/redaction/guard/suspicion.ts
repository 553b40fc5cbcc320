import { entropy } from '../randomness.ts';

/**
 * The guard's own idea of what a secret looks like: few and broad patterns, written without a look at the redactor's table, so that a hole
 * there is not a hole here. They may be wider than the redactor's; a finding then shows a rule that is missing.
 */
const shapes: readonly (readonly [ruleId: string, pattern: string])[] = [
  [
    'prefixed-key',
    '(?<![A-Za-z0-9])(?:[sr]k|[gc]sk|hf|api_org|r8|xai|pplx|tgp|fw|pa|nvapi|pcsk|lsv2|gh[pousr]|github_pat|glpat|npm|pypi|dckr_[po]at|whsec|do[por]_v1|shp(?:at|ca|pa|ss)|figd|tvly|vc[piark]|phx|sntry[su]|ntn|lin_(?:api|oauth)|ek|sess|sb_secret|sbp|bedrock-api-key)[-_][\\w+/-]{16,256}',
  ],
  ['slack-token', '(?<![A-Za-z0-9])(?:xox[a-z]|xapp)[-.][\\w.-]{0,8}\\d[\\w.-]{8}'],
  ['webhook-url', 'hooks\\.slack\\.com/(?:services|workflows|triggers)/\\w|/api/webhooks/\\d{15,22}/\\w'],
  [
    'google-key',
    '(?<![A-Za-z0-9+/])AIza[\\w-]{30}|(?<![A-Za-z0-9+/])AQ\\.A[\\w-]{30}|(?<![A-Za-z0-9])ya29\\.[\\w-]{10}|(?<![A-Za-z0-9])GOCSPX-[\\w-]{16}|(?<![\\w/])1//0[\\w-]{24}',
  ],
  [
    'aws-key',
    '(?<![A-Za-z0-9+/])(?:(?:AKIA|ASIA|ABIA|ACCA)[A-Z2-7]{16}(?![A-Za-z0-9+/])|ABSK[A-Za-z0-9+/]{80}|IQoJb3JpZ2lu[A-Za-z0-9+/]{40})',
  ],
  ['azure-key', '[A-Za-z0-9]{50}JQQJ9[A-Za-z0-9]{16}|(?<![\\w~.])[\\w~.]{3}\\dQ~[\\w~.-]{31}'],
  ['hex-key', '(?<![A-Za-z0-9])(?:dapi|SK)[0-9a-f]{32}(?![A-Za-z0-9])'],
  ['sendgrid-key', '(?<![A-Za-z0-9])SG\\.[\\w-]{16,32}\\.[\\w-]{32}'],
  ['telegram-token', '(?<!\\d)\\d{8,10}:AA[\\w-]{33}(?![\\w-])'],
  ['jwt', '(?<![\\w-])eyJ[\\w-]{10,}\\.eyJ[\\w-]{10,}\\.[\\w-]{8}'],
  ['private-key', '-----BEGIN [A-Z0-9 ]{0,30}PRIVATE KEY'],
  ['bearer', '\\b[Bb]earer\\s+(?=[A-Za-z_.-]{0,40}\\d)[\\w.~+/-]{20}'],
  [
    'url-password',
    '(?<=[a-z0-9]://)[^\\s/:@"\'<>[\\]]{0,64}:(?![$<{*]|\\[redacted)[^\\s/:@"\'<>]{3,128}@[\\w[]',
  ],
];

/** Words behind a prefix (`sk-fading-circle`, `pa-system-of-2024`) have no capitals among digits and no long unbroken part. */
function isKeyLike(match: string): boolean {
  if (/[A-Z]/.test(match) && /[a-z]/.test(match) && /\d/.test(match)) return true;
  const unbroken = /[A-Za-z0-9]{20,}/.exec(match)?.[0];
  if (unbroken !== undefined)
    return /\d/.test(unbroken) || (/[A-Z]/.test(unbroken) && /[a-z]/.test(unbroken));
  return /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(match);
}

// One expression, one pass. The name of the group that took part is the rule.
const anyShape = new RegExp(
  shapes.map(([id, pattern]) => `(?<${id.replaceAll('-', '_')}>${pattern})`).join('|'),
  'g',
);

/** Ids of the shapes found in a text. */
export function suspiciousShapes(text: string): string[] {
  if (text.length < 16) return [];
  const found = new Set<string>();
  for (const { 0: match, groups } of text.matchAll(anyShape)) {
    for (const [id] of shapes) {
      if (groups?.[id.replaceAll('-', '_')] === undefined) continue;
      if (id !== 'prefixed-key' || isKeyLike(match)) found.add(id);
    }
  }
  return [...found];
}

const secretName =
  /(?:(?:api|access|secret|private|auth|signing|account|subscription|master|encryption)[-_ .]?key|secret|passw(?:or)?d|passphrase|credentials?|(?:access|refresh|id|auth|session|bearer|api|security|csrf|bot)[-_ .]?token|^authorization|^proxy-authorization|^cookie)$/i;

/** Whether a name promises a secret. */
export function isSecretName(name: string): boolean {
  return name.length < 64 && secretName.test(name);
}

const harmless =
  /^\[redacted:[a-z0-9-]+\]$|^(?:bearer|basic) \[redacted:|^redacted-|^(?:[$<{%*]|\.{3}|https?:\/\/|\/|\.\/)|^[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+$|^(.)\1*$|(?:^|[-_ ])(?:test|dummy|fake|example|placeholder|your|sanitized|redacted|reel)(?:$|[-_ ])/i;

/** Whether a value under such a name is random enough to be one: digits and letters, no prose, more than 3 bits a character. */
export function isUnpredictable(value: string): boolean {
  if (value.length < 8 || value.length > 8192 || /\s/.test(value.trim()) || harmless.test(value))
    return false;
  return (
    /\d/.test(value) && /[A-Za-z]/.test(value) && entropy(value) >= Math.min(3, Math.log2(value.length) - 0.6)
  );
}

const assignment =
  /([A-Za-z][\w.-]{0,40}(?:key|token|secret|passw(?:or)?d|passphrase|credentials?))["'\\]{0,6}\s{0,3}[:=]\s{0,3}["'\\]{0,6}([^\s"'\\&;,<>()[\]{}]{12,256})/gi;

/** Whether a text has an assignment of something unpredictable to a secret name: `.env` files, code, query strings. */
export function hasSecretAssignment(text: string): boolean {
  if (!/key|token|secret|passw|passphrase|credential/i.test(text)) return false;
  for (const [, name, value] of text.matchAll(assignment)) {
    if (isSecretName(name!) && isUnpredictable(value!) && !/^[\w$]+\.[A-Za-z_$]/.test(value!)) return true;
  }
  return false;
}
