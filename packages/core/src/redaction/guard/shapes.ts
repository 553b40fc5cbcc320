/** What a secret looks like to the guard. */
export interface Shape {
  readonly id: string;
  /** Two characters or more with which every match begins. */
  readonly begins: readonly string[];
  /** Sticky. */
  readonly pattern: RegExp;
  /** Sticky: the same in the raw text of JSON, where a character may be written as an escape. Only for patterns that allow such characters; finds more, never less. */
  readonly raw?: RegExp;
  /** Characters that may not stand before the match: the shape would be the middle of something else. */
  readonly notAfter?: RegExp;
  /** What has to stand before the match. */
  readonly after?: RegExp;
  readonly accept?: (match: string) => boolean;
}

const prefixes = `
  sk rk gsk csk hf api_org r8 xai pplx tgp fw pa nvapi pcsk lsv2 ghp gho ghu ghs ghr github_pat glpat npm pypi dckr_pat
  dckr_oat whsec dop_v1 doo_v1 dor_v1 shpat shpca shppa shpss figd tvly vcp vci vca vcr vck phx sntrys sntryu ntn
  lin_api lin_oauth ek sb_secret sbp bedrock-api-key secret
`
  .trim()
  .split(/\s+/);

/** White space in the raw text of JSON: as it is, or as an escape however deep. */
const rawSpace = String.raw`(?:\s|\\+(?:[nrtbfv]|u[0-9a-fA-F]{4}))`;

/**
 * The guard's own idea of what a secret looks like: few and broad patterns, written without a look at the redactor's table, so that a hole
 * there is not a hole here. They may be wider than the redactor's; a finding then shows a rule that is missing.
 */
export const shapes: readonly Shape[] = [
  {
    id: 'prefixed-key',
    begins: prefixes.flatMap((prefix) => [`${prefix}-`, `${prefix}_`]),
    pattern: new RegExp(`(?:${prefixes.join('|')})[-_][\\w+/-]{16,256}`, 'y'),
    notAfter: /[\w-]/,
    accept: isKeyLike,
  },
  {
    id: 'prefixed-key',
    begins: ['sess-'],
    pattern: /sess-\w{16,256}/y,
    notAfter: /[\w-]/,
    accept: isKeyLike,
  },
  {
    id: 'slack-token',
    begins: ['xox', 'xapp'],
    pattern: /(?:xox[a-z]|xapp)[-.][\w.-]{0,8}\d[\w.-]{8}/y,
    notAfter: /[A-Za-z0-9]/,
  },
  {
    id: 'webhook-url',
    begins: ['hooks.slack.com/'],
    pattern: /hooks\.slack\.com\/(?:services|workflows|triggers)\/\w[\w/]{0,100}/y,
  },
  { id: 'webhook-url', begins: ['/api/webhooks/'], pattern: /\/api\/webhooks\/\d{15,22}\/\w[\w-]{0,100}/y },
  {
    id: 'google-key',
    begins: ['AIza', 'AQ.A', 'ya29.', 'GOCSPX-', '1//0'],
    pattern:
      /AIza[\w-]{30,60}|AQ\.A[\w-]{30,100}|ya29\.[\w-]{10,200}|GOCSPX-[\w-]{16,60}|1\/\/0[\w-]{24,150}/y,
    notAfter: /[A-Za-z0-9+]/,
  },
  {
    id: 'aws-key',
    begins: ['AKIA', 'ASIA', 'ABIA', 'ACCA', 'ABSK', 'IQoJb3JpZ2lu'],
    pattern:
      /(?:AKIA|ASIA|ABIA|ACCA)[A-Z2-7]{16}(?![A-Za-z0-9+/])|ABSK[A-Za-z0-9+/]{80,300}|IQoJb3JpZ2lu[A-Za-z0-9+/]{40,1500}/y,
    notAfter: /[A-Za-z0-9+]/,
  },
  { id: 'azure-key', begins: ['Q~'], pattern: /Q~[\w~.-]{31,40}/y, after: /[\w~.]{3}\d$/ },
  {
    id: 'hex-key',
    begins: ['dapi', 'SK'],
    pattern: /(?:dapi|SK)[0-9a-f]{32}(?![A-Za-z0-9])/y,
    notAfter: /[A-Za-z0-9]/,
  },
  {
    id: 'sendgrid-key',
    begins: ['SG.'],
    pattern: /SG\.[\w-]{16,32}\.[\w-]{32,60}/y,
    notAfter: /[A-Za-z0-9]/,
  },
  { id: 'telegram-token', begins: [':AA'], pattern: /:AA[\w-]{33}(?![\w-])/y, after: /\d{8,10}$/ },
  {
    id: 'jwt',
    begins: ['eyJ'],
    pattern: /eyJ[\w-]{10,4096}\.eyJ[\w-]{10,4096}\.[\w-]{8,1024}/y,
    notAfter: /[\w-]/,
  },
  {
    id: 'key-in-text',
    begins: ['api', 'API', 'Api'],
    pattern: /api[ _-]?(?:key|token)\s{1,3}(?:is\s|[:=]\s?)?[A-Za-z0-9]{32,64}(?![A-Za-z0-9])/iy,
    raw: new RegExp(
      `api[ _-]?(?:key|token)${rawSpace}{1,3}(?:is${rawSpace}|[:=]${rawSpace}?)?[A-Za-z0-9]{32,64}`,
      'iy',
    ),
    notAfter: /\w/,
    accept: (match) => /(?=[a-z]*\d)(?=\d*[a-z])[a-z0-9]{32,}$/i.test(match),
  },
  { id: 'private-key', begins: ['-----BEGIN'], pattern: /-----BEGIN [A-Z0-9 ]{0,30}PRIVATE KEY/y },
  {
    id: 'bearer',
    begins: ['Bearer', 'bearer'],
    pattern: /[Bb]earer\s{1,8}(?=[A-Za-z_.-]{0,40}\d)[\w.~+/-]{20,2048}/y,
    raw: new RegExp(String.raw`[Bb]earer${rawSpace}{1,8}(?=[A-Za-z_.-]{0,40}\d)[\w.~+/-]{20}`, 'y'),
    notAfter: /\w/,
  },
  {
    id: 'basic-auth',
    begins: ['Basic', 'basic'],
    pattern: /[Bb]asic\s{1,4}[A-Za-z0-9+/]{12,512}={0,2}/y,
    raw: new RegExp(`[Bb]asic${rawSpace}{1,4}[A-Za-z0-9+/]{12,512}={0,2}`, 'y'),
    notAfter: /\w/,
    accept: (match) => {
      const pair = Buffer.from(match.slice(6).trim(), 'base64').toString('latin1');
      return /^[\x20-\x7e]{0,64}:(?!\[redacted)[\x20-\x7e]{3,}$/.test(pair);
    },
  },
  {
    id: 'url-password',
    begins: ['://'],
    pattern: /:\/\/[^\s/:@"'<>[\]]{0,64}:(?![$<{*]|\[redacted)[^\s/:@"'<>]{3,128}@[\w[]/y,
    // Everything that the pattern allows may be written as an escape, so it is longer there.
    raw: /:\/\/[^\s/:@"'<>[\]]{0,1024}:(?![$<{*]|\[redacted)[^\s/:@"'<>]{3,2048}@[\w[]/y,
    after: /[a-z0-9]$/i,
  },
];

/**
 * Words behind a prefix (`sk-fading-circle`, `pa-system-of-2024`) have no capitals among digits and no long unbroken part. Of paths
 * (`hf-internal-testing/tiny-GPT2LMHeadModel`), names of classes (`BertForMaskedLM`) and of files with a UUID, that says nothing.
 */
function isKeyLike(match: string): boolean {
  if (/^[a-z]+(?:-[a-z]{3,})+\//.test(match)) return false;
  if (/[A-Z]/.test(match) && /[a-z]/.test(match) && /\d/.test(match)) return true;
  const unbroken = /[A-Za-z0-9]{20,}/.exec(match)?.[0];
  if (unbroken !== undefined)
    return (
      /\d/.test(unbroken) || (/[A-Z]/.test(unbroken) && /[a-z]/.test(unbroken) && !isCamelCase(unbroken))
    );
  // Behind the prefix and one short word at most (`sk-lf-`).
  return /^[a-z]+[-_](?:[a-z\d]{1,4}[-_])?[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/.test(match);
}

/** Words with a capital each and two small letters or more: twenty letters and digits by chance, once in ten thousand. */
function isCamelCase(text: string): boolean {
  return /^(?:[A-Z]?[a-z]{2,})(?:[A-Z][a-z]{2,})+$/.test(text);
}
