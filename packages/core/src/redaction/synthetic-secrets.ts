/**
 * Secrets for tests, put together when a test runs: no literal in this repository looks like one, so no scanner stops a
 * commit, and no real one can slip in unseen. The same seed gives the same values.
 */
const digits = '0123456789';
const hex = `${digits}abcdef`;
const lower = 'abcdefghijklmnopqrstuvwxyz';
const upper = lower.toUpperCase();
const alphanumeric = `${digits}${lower}${upper}`;
const word = `${alphanumeric}-_`;
const base64 = `${alphanumeric}+/`;

/** A generator of numbers in `[0, 1)` from a seed (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d_2b_79_f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

function draw(random: () => number, alphabet: string, length: number): string {
  let text = '';
  for (let i = 0; i < length; i += 1) text += alphabet[Math.floor(random() * alphabet.length)];
  return text;
}

/** Ends in a letter and has a digit and both cases, as nearly every real key of its length does. */
function mixed(random: () => number, alphabet: string, length: number): string {
  return `a7${draw(random, alphabet, length - 4)}Qz`;
}

type Make = (random: () => number) => string;

/** For each rule at least one way to make a value it has to find. */
export const secretsByRule: Readonly<Record<string, readonly Make[]>> = {
  'openai-key': [
    (r) => `sk-proj-${mixed(r, word, 74)}T3Blbk${'FJ'}${mixed(r, word, 74)}`,
    (r) => `sk-svcacct-${mixed(r, word, 58)}`,
    (r) => `sk-admin-${mixed(r, word, 58)}`,
    (r) => `sk-${mixed(r, alphanumeric, 20)}T3Blbk${'FJ'}${mixed(r, alphanumeric, 20)}`,
  ],
  'openai-session-key': [
    (r) => `ek_${mixed(r, alphanumeric, 40)}`,
    (r) => `sess-${mixed(r, alphanumeric, 40)}`,
  ],
  'anthropic-key': [
    (r) => `sk-ant-${'api03'}-${mixed(r, word, 93)}AA`,
    (r) => `sk-ant-${'admin01'}-${mixed(r, word, 93)}AA`,
    (r) => `sk-ant-${'oat01'}-${mixed(r, word, 86)}`,
    (r) => `sk-ant-${'sid01'}-${mixed(r, word, 86)}`,
  ],
  'google-api-key': [(r) => `AI${'zaSy'}${mixed(r, word, 33)}`, (r) => `AQ.${'Ab8'}${mixed(r, word, 45)}`],
  'google-oauth-token': [
    (r) => `ya${'29.'}${mixed(r, word, 80)}`,
    (r) => `GOC${'SPX-'}${mixed(r, word, 28)}`,
    (r) => `1/${'/0'}${mixed(r, word, 50)}`,
  ],
  'aws-access-key-id': ['AKIA', 'ASIA', 'ABIA', 'ACCA'].map(
    (prefix) => (r: () => number) => `${prefix}${draw(r, `${upper}234567`, 16)}`,
  ),
  'aws-session-token': [(r) => `IQoJ${'b3JpZ2lu'}${mixed(r, base64, 300)}`],
  'bedrock-key': [
    (r) => `AB${'SK'}${mixed(r, base64, 120)}=`,
    (r) => `bedrock-${'api-key-'}${mixed(r, base64, 90)}`,
  ],
  'azure-client-secret': [(r) => `abc8${'Q~'}${mixed(r, `${word}.~`, 34)}`],
  'azure-key': [(r) => `${mixed(r, alphanumeric, 52)}JQ${'QJ99'}${mixed(r, alphanumeric, 26)}`],
  'groq-key': [(r) => `gs${'k_'}${mixed(r, alphanumeric, 52)}`],
  'hugging-face-token': [
    (r) => `hf${'_'}${draw(r, lower + upper, 34)}`,
    (r) => `api${'_org_'}${draw(r, lower + upper, 34)}`,
  ],
  'replicate-token': [(r) => `r8${'_'}${mixed(r, alphanumeric, 37)}`],
  'openrouter-key': [(r) => `sk-or-${'v1-'}${draw(r, hex, 64)}`],
  'xai-key': [(r) => `xai${'-'}${mixed(r, alphanumeric, 80)}`],
  'perplexity-key': [(r) => `pplx${'-'}${mixed(r, alphanumeric, 48)}`],
  'together-key': [(r) => `tgp_${'v1_'}${mixed(r, word, 43)}`],
  'fireworks-key': [(r) => `fw${'_'}${mixed(r, alphanumeric, 24)}`],
  'voyage-key': [(r) => `pa${'-'}${mixed(r, word, 43)}`],
  'cerebras-key': [(r) => `csk${'-'}${draw(r, digits + lower, 48)}`],
  'nvidia-key': [(r) => `nvapi${'-'}${mixed(r, word, 64)}`],
  'elevenlabs-key': [(r) => `sk${'_'}${draw(r, hex, 48)}`],
  'sk-key': [(r) => `sk-${draw(r, hex, 30)}7a`, (r) => `sk-${mixed(r, alphanumeric, 48)}`],
  'langsmith-key': [(r) => `lsv2_${'pt_'}${draw(r, hex, 32)}_${draw(r, hex, 10)}`],
  'langfuse-key': [
    (r) =>
      `sk-lf${'-'}${draw(r, hex, 8)}-${draw(r, hex, 4)}-${draw(r, hex, 4)}-${draw(r, hex, 4)}-${draw(r, hex, 12)}`,
  ],
  'vercel-token': [(r) => `vck${'_'}${mixed(r, alphanumeric, 56)}`],
  'pinecone-key': [(r) => `pcsk${'_'}${draw(r, alphanumeric, 6)}_${mixed(r, alphanumeric, 63)}`],
  'databricks-token': [(r) => `dapi${draw(r, hex, 32)}`],
  'posthog-key': [(r) => `phx${'_'}${mixed(r, alphanumeric, 43)}`],
  'tavily-key': [(r) => `tvly-${'dev-'}${mixed(r, alphanumeric, 32)}`],
  'sentry-token': [(r) => `sntrys${'_'}${mixed(r, alphanumeric, 64)}`],
  'notion-token': [(r) => `ntn${'_'}${mixed(r, alphanumeric, 46)}`],
  'linear-key': [(r) => `lin_${'api_'}${mixed(r, alphanumeric, 40)}`],
  'github-token': [
    (r) => `ghp${'_'}${mixed(r, alphanumeric, 36)}`,
    (r) => `ghs${'_'}${mixed(r, alphanumeric, 36)}`,
    (r) => `github_${'pat_'}${mixed(r, `${alphanumeric}_`, 82)}`,
  ],
  'gitlab-token': [(r) => `glpat${'-'}${mixed(r, word, 20)}`],
  'npm-token': [(r) => `npm${'_'}${mixed(r, alphanumeric, 36)}`],
  'pypi-token': [(r) => `pypi-${'AgE'}${mixed(r, word, 150)}`],
  'docker-token': [(r) => `dckr_${'pat_'}${mixed(r, word, 27)}`],
  'slack-token': [
    (r) => `xox${'b-'}${draw(r, digits, 12)}-${draw(r, digits, 12)}-${mixed(r, alphanumeric, 24)}`,
  ],
  'stripe-key': [
    (r) => `sk_${'live_'}${mixed(r, alphanumeric, 24)}`,
    (r) => `rk_${'test_'}${mixed(r, alphanumeric, 24)}`,
  ],
  'webhook-secret': [(r) => `whsec${'_'}${mixed(r, base64, 32)}`],
  'sendgrid-key': [(r) => `SG${'.'}${mixed(r, word, 22)}.${mixed(r, word, 43)}`],
  'twilio-key': [(r) => `S${'K'}${draw(r, hex, 32)}`],
  'figma-token': [(r) => `figd${'_'}${mixed(r, word, 40)}`],
  'shopify-token': [(r) => `shpat${'_'}${draw(r, hex, 32)}`],
  'digitalocean-token': [(r) => `dop_${'v1_'}${draw(r, hex, 64)}`],
  'supabase-key': [(r) => `sb_${'secret_'}${mixed(r, word, 31)}`, (r) => `sbp${'_'}${draw(r, hex, 40)}`],
  jwt: [
    (r) =>
      [
        { alg: 'HS256', typ: 'JWT' },
        { sub: mixed(r, alphanumeric, 12), iat: 1_700_000_000 },
      ]
        .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
        .join('.') + `.${mixed(r, word, 43)}`,
  ],
  'private-key': [
    (r) => {
      const lines = Array.from({ length: 4 }, () => draw(r, base64, 64)).join('\n');
      return `-----${'BEGIN'} PRIVATE KEY-----\n${lines}\n-----${'END'} PRIVATE KEY-----`;
    },
  ],
};

/** Rules whose secret is only a part of what makes it recognizable: `[before, secret, after]`. */
export const secretsInContext: Readonly<
  Record<string, readonly ((random: () => number) => [string, string, string])[]>
> = {
  'slack-webhook': [
    (r) => [
      'https://hooks.slack.com/',
      `services/T${draw(r, upper, 8)}/B${draw(r, upper, 8)}/${mixed(r, alphanumeric, 24)}`,
      '',
    ],
  ],
  'discord-webhook': [
    (r) => ['https://discord.com/api/webhooks/', `${draw(r, digits, 18)}/${mixed(r, word, 68)}`, ''],
  ],
  'telegram-bot-token': [
    (r) => [`https://api.telegram.org/bot1${draw(r, digits, 9)}:`, `AA${mixed(r, word, 33)}`, '/sendMessage'],
  ],
  'url-credentials': [(r) => ['postgres://', `app:${mixed(r, alphanumeric, 16)}`, '@db.internal:5432/main']],
  'bearer-token': [(r) => ['it sent Bearer ', mixed(r, alphanumeric, 32), '']],
  'basic-auth': [
    (r) => ['it sent Basic ', Buffer.from(`user:${mixed(r, alphanumeric, 14)}`).toString('base64'), ''],
  ],
};

/** A value that no shape tells: what Mistral, Cohere and older Azure keys look like. */
export function plainSecret(random: () => number): string {
  return mixed(random, alphanumeric, 32);
}
