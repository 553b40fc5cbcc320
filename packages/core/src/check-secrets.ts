import { type AllowedFinding, findSecrets, type SecretFinding } from './redaction/guard.ts';

/** A file to look into. */
export interface CheckedFile {
  /** How findings name it: usually its path. */
  readonly where: string;
  readonly bytes: Uint8Array;
}

export interface CheckSecretsOptions {
  /** Exact values that must not occur in any form: {@link Redactor.known}. Default: none. */
  readonly known?: readonly string[];
  /** What somebody looked at and found harmless: {@link Redactor.allow}. Default: nothing. */
  readonly allow?: readonly AllowedFinding[];
  /** Say fingerprints, for entries of the allow list. Default `false`. */
  readonly fingerprints?: boolean;
}

/** A finding of the guard in a file. */
export interface FileFinding extends SecretFinding {
  readonly where: string;
}

/**
 * Looks for secrets in cassettes, journals, blobs or any other text, with the guard that also refuses a recording. Never throws on what
 * the files hold.
 */
export function checkSecrets(
  files: Iterable<CheckedFile>,
  { known = [], allow = [], fingerprints = false }: CheckSecretsOptions = {},
): FileFinding[] {
  const findings: FileFinding[] = [];
  for (const { where, bytes } of files) {
    for (const finding of findSecrets(bytes, { known, allow, fingerprints }))
      findings.push({ where, ...finding });
  }
  return findings;
}
