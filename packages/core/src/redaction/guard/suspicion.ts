import { entropy } from '../randomness.ts';

interface Shape {
  readonly id: string;
  /** Begins with a literal: alternatives that do are searched for all at once, at the speed of one. */
  readonly pattern: string;
  /** Characters that may not stand before the match: the shape would be the middle of something else. */
  readonly notAfter?: RegExp;
  /** What has to stand before the match. */
  readonly after?: RegExp;
  readonly accept?: (match: string) => boolean;
}

/**
 * The guard's own idea of what a secret looks like: few and broad patterns, written without a look at the redactor's table, so that a hole
 * there is not a hole here. They may be wider than the redactor's; a finding then shows a rule that is missing.
 */
const shapes: readonly Shape[] = [
  {
    id: 'prefixed-key',
    pattern:
      '(?:sk|rk|gsk|csk|hf|api_org|r8|xai|pplx|tgp|fw|pa|nvapi|pcsk|lsv2|ghp|gho|ghu|ghs|ghr|github_pat|glpat|npm|pypi|dckr_pat|dckr_oat|whsec|dop_v1|doo_v1|dor_v1|shpat|shpca|shppa|shpss|figd|tvly|vcp|vci|vca|vcr|vck|phx|sntrys|sntryu|ntn|lin_api|lin_oauth|ek|sb_secret|sbp|bedrock-api-key)[-_][\\w+/-]{16,256}|sess-\\w{16,256}',
    notAfter: /[\w-]/,
    accept: isKeyLike,
  },
  { id: 'slack-token', pattern: '(?:xox[a-z]|xapp)[-.][\\w.-]{0,8}\\d[\\w.-]{8}', notAfter: /[A-Za-z0-9]/ },
  {
    id: 'webhook-url',
    pattern: 'hooks\\.slack\\.com/(?:services|workflows|triggers)/\\w|/api/webhooks/\\d{15,22}/\\w',
  },
  {
    id: 'google-key',
    pattern: 'AIza[\\w-]{30}|AQ\\.A[\\w-]{30}|ya29\\.[\\w-]{10}|GOCSPX-[\\w-]{16}|1//0[\\w-]{24}',
    notAfter: /[A-Za-z0-9+/]/,
  },
  {
    id: 'aws-key',
    pattern:
      '(?:AKIA|ASIA|ABIA|ACCA)[A-Z2-7]{16}(?![A-Za-z0-9+/])|ABSK[A-Za-z0-9+/]{80}|IQoJb3JpZ2lu[A-Za-z0-9+/]{40}',
    notAfter: /[A-Za-z0-9+/]/,
  },
  { id: 'azure-key', pattern: 'JQQJ9[A-Za-z0-9]{16}', after: /[A-Za-z0-9]{50}$/ },
  { id: 'azure-key', pattern: 'Q~[\\w~.-]{31}', after: /[\w~.]{3}\d$/ },
  { id: 'hex-key', pattern: '(?:dapi|SK)[0-9a-f]{32}(?![A-Za-z0-9])', notAfter: /[A-Za-z0-9]/ },
  { id: 'sendgrid-key', pattern: 'SG\\.[\\w-]{16,32}\\.[\\w-]{32}', notAfter: /[A-Za-z0-9]/ },
  { id: 'telegram-token', pattern: ':AA[\\w-]{33}(?![\\w-])', after: /\d{8,10}$/ },
  { id: 'jwt', pattern: 'eyJ[\\w-]{10,4096}\\.eyJ[\\w-]{10,4096}\\.[\\w-]{8}', notAfter: /[\w-]/ },
  { id: 'private-key', pattern: '-----BEGIN [A-Z0-9 ]{0,30}PRIVATE KEY' },
  { id: 'bearer', pattern: '[Bb]earer\\s{1,8}(?=[A-Za-z_.-]{0,40}\\d)[\\w.~+/-]{20}', notAfter: /\w/ },
  {
    id: 'url-password',
    pattern: '://[^\\s/:@"\'<>[\\]]{0,64}:(?![$<{*]|\\[redacted)[^\\s/:@"\'<>]{3,128}@[\\w[]',
    after: /[a-z0-9]$/i,
  },
];

// One expression, one pass; the group that took part tells the shape.
const anyShape = new RegExp(shapes.map(({ pattern }) => `(${pattern})`).join('|'), 'g');

/** Ids of the shapes found in a text. */
export function suspiciousShapes(text: string): readonly string[] {
  if (text.length < 16) return [];
  let found: Set<string> | undefined;
  anyShape.lastIndex = 0;
  for (let match = anyShape.exec(text); match !== null; match = anyShape.exec(text)) {
    const shape = shapes[match.findIndex((group, index) => index > 0 && group !== undefined) - 1]!;
    if (isMeant(shape, match[0], text.slice(Math.max(0, match.index - 64), match.index)))
      (found ??= new Set()).add(shape.id);
    else anyShape.lastIndex = match.index + 1;
  }
  return found === undefined ? [] : [...found];
}

function isMeant({ notAfter, after, accept }: Shape, match: string, before: string): boolean {
  // The letter of an escape (`\n`) is no part of a word.
  const previous = /\\[nrt]$/.test(before) ? '' : before.slice(-1);
  if (notAfter?.test(previous) || after?.test(before) === false) return false;
  return accept === undefined || accept(match);
}

/** Words behind a prefix (`sk-fading-circle`, `pa-system-of-2024`) have no capitals among digits and no long unbroken part. */
function isKeyLike(match: string): boolean {
  if (/[A-Z]/.test(match) && /[a-z]/.test(match) && /\d/.test(match)) return true;
  const unbroken = /[A-Za-z0-9]{20,}/.exec(match)?.[0];
  if (unbroken !== undefined)
    return /\d/.test(unbroken) || (/[A-Z]/.test(unbroken) && /[a-z]/.test(unbroken));
  return /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(match);
}

const secretName =
  /(?:(?:api|access|secret|private|auth|signing|account|subscription|master|encryption)[-_ .]?key|secret|passw(?:or)?d|passphrase|credentials?|(?:access|refresh|id|auth|session|bearer|api|security|csrf|bot)[-_ .]?token|^authorization|^proxy-authorization|^cookie)$/i;

/** Whether a name promises a secret. */
export function isSecretName(name: string): boolean {
  return name.length < 64 && secretName.test(name);
}

const harmless =
  /^\[redacted:[a-z0-9-]+\]$|^(?:bearer|basic) \[redacted:|^redacted-|^(?:[$<{%*]|\.{3}|https?:\/\/|[.~]{0,2}\/[\w.-]{1,20}(?:\/|$))|^[A-Z]+\d{0,2}(?:_[A-Z]*\d{0,2})+$|^(.)\1*$|(?:^|[-_ ])(?:test|dummy|fake|example|placeholder|your|sanitized|redacted|reel)(?:$|[-_ ])/i;

/** Whether a value under such a name is random enough to be one: digits and letters, no prose, about 3 bits a character. */
export function isUnpredictable(value: string): boolean {
  if (value.length < 8 || value.length > 8192 || /\s/.test(value.trim()) || harmless.test(value))
    return false;
  return (
    /\d/.test(value) && /[A-Za-z]/.test(value) && entropy(value) >= Math.min(3, Math.log2(value.length) - 0.6)
  );
}

// From the end of the name on, because names begin like any word.
const assignment =
  /(?:key|token|secret|passwd|password|passphrase|credentials?)["'\\]{0,6}\s{0,3}[:=]\s{0,3}["'\\]{0,6}([^\s"'\\&;,<>()[\]{}]{12,256})/gi;

/** Whether a text assigns something unpredictable to a secret name: `.env` files, code, query strings. */
export function hasSecretAssignment(text: string): boolean {
  if (text.length < 16 || (!text.includes('=') && !text.includes(':'))) return false;
  for (const { 0: match, 1: value, index } of text.matchAll(assignment)) {
    const nameEnd = index + /^[a-z]+/i.exec(match)![0].length;
    const name = /[\w.-]{1,48}$/.exec(text.slice(Math.max(0, nameEnd - 48), nameEnd))![0];
    if (isSecretName(name) && isUnpredictable(value!) && !/^[\w$]+\.[A-Za-z_$]/.test(value!)) return true;
  }
  return false;
}
