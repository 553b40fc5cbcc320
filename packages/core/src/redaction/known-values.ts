import { isPath, looksLikeCredential } from './randomness.ts';

/** Stands in for provider keys in replay, see `providers/placeholder-key.ts`. Redacted as the key it stands for would be. */
export const replayKey = 'reel-replay-needs-no-key';

/** Shorter values would be found by chance in ordinary text. */
export const shortestKnownValue = 8;

/** Names of variables that hold secrets. `GIT_AUTHOR_NAME` and `TOKENIZERS_PARALLELISM` do not. */
const secretVariable = /KEY|TOKEN(?!IZ)|SECRET|PASSW|PASSPHRASE|CREDENTIAL|AUTH(?!OR(?!I))|COOKIE|WEBHOOK/i;
const secretUrl = /^[a-z][a-z0-9+.-]*:\/\/[^\s/?#@]*:([^\s/?#@]{8,})@/i;

/** Stand-ins that people write where a key is asked for. To redact them would only garble tapes. */
const dummy =
  /^(?:sk-)?(?:test|dummy|fake|example|sample|mock|placeholder|change-?me|none|null|undefined|your|my|insert|todo|redacted|sanitized|unused|not)(?:$|[-_ .](?!.*\d{4}).*)|^<.*>$|^\$\{.*\}$|^(.)\1+$|^reel-/i;

/**
 * The exact values to look for because the environment calls them secret: those of secret-looking variables that look like more than a
 * word, a path, a URL or a number, and passwords inside URLs (`DATABASE_URL`) whatever the variable is called.
 *
 * Left alone: values under 8 characters, plain words (except under a name with SECRET, PASSWORD or PASSPHRASE), and stand-ins
 * such as `test-key` or `sk-dummy`. They are no secrets, and replacing a word would spoil every tape that uses it.
 */
export function secretsOfEnvironment(environment: Readonly<Record<string, string | undefined>>): string[] {
  const secrets = new Set<string>();
  for (const [name, raw] of Object.entries(environment)) {
    if (raw === undefined || raw.length < shortestKnownValue || name.startsWith('REEL_')) continue;
    const value = raw.trim();
    const password = secretUrl.exec(value)?.[1];
    if (password !== undefined && !dummy.test(password) && !isWord(password)) secrets.add(password);
    if (!secretVariable.test(name) || value.length < shortestKnownValue || dummy.test(value)) continue;
    if (
      looksLikeCredential(value) ||
      isRandomWord(value) ||
      (isPasswordName(name) &&
        !isCommonWord(value) &&
        !isPath(value) &&
        !/^[a-z][a-z0-9+.-]*:\/\//.test(value))
    ) {
      secrets.add(value);
    }
  }
  return [...secrets];
}

function isPasswordName(name: string): boolean {
  return /SECRET|PASSW|PASSPHRASE/i.test(name);
}

function isWord(value: string): boolean {
  return /^[A-Za-z]+$/.test(value) && isCommonWord(value);
}

/** Letters only, but too long and mixed for words: `kJhGfDsAqWeRtYuIoP`. */
function isRandomWord(value: string): boolean {
  return value.length >= 16 && /^[A-Za-z]+$/.test(value) && /[a-z][A-Z].*[A-Z][a-z].*[a-z][A-Z]/.test(value);
}

const commonWord =
  /^(?:[a-z]{1,9}|administrator|application|development|kubernetes|production|superuser\d*|plaintext)$/i;

function isCommonWord(value: string): boolean {
  return commonWord.test(value);
}

/**
 * A value in every form in which it is looked for literally: as it is, as UTF-8 bytes read as Latin-1 (bodies are scanned so), as a JSON string
 * writes it, in hex, and the part of its base64 that does not depend on what stands around it, for all three alignments. Percent-
 * and `\u00XX`-escaped forms need no entry: the scan undoes those escapes.
 */
export function formsOf(value: string): string[] {
  const bytes = Buffer.from(value, 'utf8');
  // JSON inside JSON inside JSON inside JSON: each level escapes quotes and backslashes once more.
  const nested = [value];
  for (let depth = 0; depth < 4; depth += 1) nested.push(JSON.stringify(nested.at(-1)).slice(1, -1));
  const forms = nested.flatMap((form) => [
    form,
    Buffer.from(form, 'utf8').toString('latin1'),
    escapeNonAscii(form),
  ]);
  // In base64 or hex a few letters are found by chance.
  if (bytes.length < shortestKnownValue) return [...new Set(forms)];
  const hex = bytes.toString('hex');
  forms.push(hex, hex.toUpperCase());
  for (const lead of [0, 1, 2]) {
    const encoded = Buffer.concat([Buffer.alloc(lead), bytes]).toString('base64');
    const from = Math.ceil((lead * 8) / 6);
    const core = encoded.slice(from, Math.floor(((lead + bytes.length) * 8) / 6));
    forms.push(core, core.replaceAll('+', '-').replaceAll('/', '_'));
  }
  return [...new Set(forms)];
}

function escapeNonAscii(json: string): string {
  return json.replaceAll(
    /[\u007f-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
