import { createEndingCheck, type EndingCheck } from './name-endings.ts';
import { memoize } from './memoize.ts';

/**
 * How much a name says about the value next to it. `certain`: the value is a secret, whatever it looks like. `likely`: it is one when it looks like
 * a credential. `faint`: only when it is long and random, because the name has innocent uses (`token` in log probabilities, `key`
 * in key/value pairs).
 */
export type Certainty = 'certain' | 'likely' | 'faint';

export interface NameVerdict {
  readonly ruleId: string;
  readonly certainty: Certainty;
}

/** Ids of the rules that go by a name instead of a shape. */
export const nameRuleIds = [
  'api-key',
  'password',
  'token',
  'secret',
  'signature',
  'cookie',
  'credential',
] as const;
type NameRuleId = (typeof nameRuleIds)[number];

/** Names without separators, in lower case: `clientSecret`, `client_secret` and `Client-Secret` are one name. */
const certainNames: Readonly<Record<NameRuleId, string>> = {
  'api-key': `
    apikey xapikey xgoogapikey apisecret apisecretkey apitoken xapitoken xikey xiapikey
    subscriptionkey ocpapimsubscriptionkey accountkey storagekey sharedaccesskey secretkey
    secretaccesskey awssecretaccesskey accesskeysecret privatekey signingkey encryptionkey masterkey
    hmackey ephemeralkey licensekey awsaccesskeyid accesskeyid authkey xauthkey
  `,
  password: 'password passwd passphrase pwd userpassword dbpassword newpassword oldpassword currentpassword',
  token: `
    accesstoken refreshtoken idtoken authtoken xauthtoken sessiontoken bearertoken securitytoken
    xamzsecuritytoken awssessiontoken csrftoken xcsrftoken xsrftoken bottoken oauthtoken usertoken
    clientassertion authorization proxyauthorization xauthorization devicecode codeverifier
    githubtoken personalaccesstoken logintoken invitetoken resettoken ephemeraltoken
  `,
  secret: `
    secret clientsecret appsecret signingsecret webhooksecret sharedsecret consumersecret
    secretvalue otpsecret
  `,
  signature: 'xamzsignature xamzcredential xgoogsignature xgoogcredential sharedaccesssignature',
  cookie: 'cookie setcookie sessioncookie xcookie',
  credential: 'credential credentials connectionstring authinfo',
};

/** Endings of longer names: `STRIPE_SECRET_KEY`, `db-admin-password`. */
const likelyEndings: readonly (readonly [ending: string, ruleId: NameRuleId])[] = [
  ['apikey', 'api-key'],
  ['secretkey', 'api-key'],
  ['accesskey', 'api-key'],
  ['privatekey', 'api-key'],
  ['accountkey', 'api-key'],
  ['password', 'password'],
  ['passwd', 'password'],
  ['passphrase', 'password'],
  ['accesstoken', 'token'],
  ['refreshtoken', 'token'],
  ['authtoken', 'token'],
  ['sessiontoken', 'token'],
  ['apitoken', 'token'],
  ['bottoken', 'token'],
  ['githubtoken', 'token'],
  ['secret', 'secret'],
];

const faintNames: readonly (readonly [name: string, ruleId: NameRuleId])[] = [
  ['token', 'token'],
  ['key', 'api-key'],
  ['auth', 'credential'],
  ['jwt', 'token'],
];

/** Names that are secrets in a query string, where nothing else is called so. Certain in a URL; in text, likely. */
const queryNames: readonly (readonly [name: string, ruleId: NameRuleId])[] = [
  ['key', 'api-key'],
  ['token', 'token'],
  ['auth', 'credential'],
  ['sig', 'signature'],
  ['signature', 'signature'],
  ['hmac', 'signature'],
  ['code', 'token'],
  ['ticket', 'token'],
  ['jwt', 'token'],
  ['assertion', 'token'],
  ['uploadid', 'token'],
  ['sessionid', 'token'],
  ['awsaccesskeyid', 'api-key'],
  ['googleaccessid', 'credential'],
];

export interface FieldNames {
  /** What the name of a JSON field, form field, variable or header in a text says. */
  readonly judge: (name: string) => NameVerdict | undefined;
  /** The same for a query parameter. */
  readonly judgeQuery: (name: string) => NameVerdict | undefined;
  /** Cheap and never wrongly false: whether the name that ends in a text before `end` may be one of ours. */
  readonly mayEnd: EndingCheck;
}

export interface FieldNameOptions {
  /** Rules that are switched off. */
  readonly isOff: (ruleId: string) => boolean;
  /** Field names the user adds: certain, in bodies and in queries. */
  readonly fields: readonly string[];
  /** Query names the user adds. */
  readonly query: readonly string[];
}

/** Rule id of the names a user adds. */
export const customFieldRuleId = 'field';

/** More names than any body has. */
const cacheLimit = 4096;

export function createFieldNames({ isOff, fields, query }: FieldNameOptions): FieldNames {
  const exact = new Map<string, NameVerdict>();
  const inQuery = new Map<string, NameVerdict>();
  for (const [name, ruleId] of faintNames)
    if (!isOff(ruleId)) exact.set(name, { ruleId, certainty: 'faint' });
  for (const ruleId of nameRuleIds) {
    if (isOff(ruleId)) continue;
    for (const name of certainNames[ruleId].trim().split(/\s+/))
      exact.set(name, { ruleId, certainty: 'certain' });
  }
  for (const [name, ruleId] of queryNames)
    if (!isOff(ruleId)) inQuery.set(name, { ruleId, certainty: 'certain' });
  for (const name of fields) exact.set(plainName(name), { ruleId: customFieldRuleId, certainty: 'certain' });
  for (const name of query) inQuery.set(plainName(name), { ruleId: customFieldRuleId, certainty: 'certain' });
  const endings = likelyEndings.filter(([, ruleId]) => !isOff(ruleId));

  const mayEnd = createEndingCheck([
    ...exact.keys(),
    ...inQuery.keys(),
    ...endings.map(([ending]) => ending),
  ]);

  const judgePlain = (name: string): NameVerdict | undefined => {
    const known = exact.get(name);
    if (known !== undefined) return known;
    const ending = endings.find(([text]) => name.endsWith(text));
    return ending && { ruleId: ending[1], certainty: 'likely' };
  };
  const judge = memoize(cacheLimit, (name) => judgePlain(plainName(name)));
  const judgeQuery = memoize(cacheLimit, (name) => {
    const plain = plainName(name);
    return inQuery.get(plain) ?? judgePlain(plain);
  });
  return { judge, judgeQuery, mayEnd };
}

function plainName(name: string): string {
  return name.replaceAll(/[-_.\s]/g, '').toLowerCase();
}
