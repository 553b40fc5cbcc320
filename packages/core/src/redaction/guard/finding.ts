import type { FindingEncoding } from './decodings.ts';

/** Where something that looks like a secret stands. Never the value, nor a part of it, nor its length. */
export interface SecretFinding {
  readonly ruleId: string;
  /** Line of the file, from 1. */
  readonly line: number;
  /** JSON path in that line: `json.messages[0].content`. Absent where the line is no JSON. */
  readonly path?: string;
  readonly encoding: FindingEncoding;
  /** Of the value, for an entry of the allow list; only where it was asked for. See {@link fingerprintOf}. */
  readonly fingerprint?: string;
}

/**
 * A finding that somebody looked at and found harmless. Holds a place or a hash, never the value. At least one of `path` and `value`
 * has to be there, so that no entry lets a whole rule through.
 */
export interface AllowedFinding {
  /** Id of the guard's rule, as the error names it. */
  readonly rule: string;
  /** JSON path as the error names it; `*` stands for any characters but a dot, `**` for any at all. */
  readonly path?: string;
  /** Fingerprint of the value (`sha256:` and 16 hexadecimal digits), as `reel-check-secrets --fingerprints` prints it. */
  readonly value?: string;
  /** Why it is harmless, for whoever reads the list. */
  readonly reason: string;
}

/** The first 64 bits of the SHA-256: enough to know a value again, too little to get a random one back. */
export function fingerprintOf(value: string): string {
  return `sha256:${process.getBuiltinModule('node:crypto').hash('sha256', value, 'hex').slice(0, 16)}`;
}

/** Whether an entry of the list speaks of this finding. */
export function createAllowance(
  entries: readonly AllowedFinding[],
): (finding: Pick<SecretFinding, 'ruleId' | 'path'>, value: string) => boolean {
  const compiled = entries.map(({ rule, path, value }) => ({
    rule,
    value,
    path: path === undefined ? undefined : pathPattern(path),
  }));
  return ({ ruleId, path }, found) =>
    compiled.some(
      (entry) =>
        entry.rule === ruleId &&
        (entry.path === undefined || (path !== undefined && entry.path.test(path))) &&
        (entry.value === undefined || entry.value === fingerprintOf(found)),
    );
}

function pathPattern(path: string): RegExp {
  const parts = path
    .split(/(\*{1,2})/)
    .map((part) =>
      part === '**'
        ? '.*'
        : part === '*'
          ? '[^.]*'
          : part.replaceAll(/[\\^$.+?()[\]{}|/-]/g, String.raw`\$&`),
    );
  return new RegExp(`^${parts.join('')}$`);
}
