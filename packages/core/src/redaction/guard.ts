import { ReelError } from '../errors.ts';
import type { AllowedFinding, SecretFinding } from './guard/finding.ts';
import type { GuardContext } from './guard/look.ts';
import { scan } from './guard/scan.ts';

export type { AllowedFinding, SecretFinding } from './guard/finding.ts';
export type { GuardContext } from './guard/look.ts';

/**
 * The second look at a finished cassette (or any JSON Lines or text file): for known values, for shapes, and for random
 * values under names that promise a secret; in every string as it is and decoded, and in what the chunks of a stream say
 * together. Shares no code with the redactor but the list of known values: what one forgets the other may find.
 */
export function findSecrets(bytes: Uint8Array, context: GuardContext): SecretFinding[] {
  return scan(bytes, context);
}

/**
 * Refuses to let a cassette be written that holds a secret.
 * @throws ReelError `REEL_SECRET_FOUND` with rule, file, line and path of each finding.
 */
export function assertNoSecrets(
  files: { readonly bytes: Uint8Array; readonly blobs?: ReadonlyMap<string, Uint8Array> },
  context: {
    readonly redactor: {
      readonly known: readonly string[];
      readonly allow?: readonly AllowedFinding[];
    };
    readonly where: string;
    readonly ignore?: readonly string[];
  },
): void {
  const { known, allow } = context.redactor;
  const guard: GuardContext = {
    known,
    ...(allow && { allow }),
    ...(context.ignore && { ignore: context.ignore }),
  };
  const places = search(files.bytes, guard, context.where).map((finding) => describe(context.where, finding));
  for (const [hash, blob] of files.blobs ?? []) {
    for (const finding of search(blob, guard, context.where)) places.push(describe(`blob ${hash}`, finding));
  }
  if (places.length === 0) return;
  const shown = places.slice(0, 10);
  if (places.length > shown.length) shown.push(`and ${places.length - shown.length} more`);
  throw new ReelError('REEL_SECRET_FOUND', {
    what: `the recording holds what looks like ${places.length === 1 ? 'a secret' : `${places.length} secrets`}; nothing was written`,
    where: shown.join('\n         '),
    fix: 'name the field (redact.fields), the value (redact.secrets) or a pattern (redact.patterns) in reel.config.ts and record again; if it is harmless, add it with the reason to redact.allow',
  });
}

/** What cannot be searched to its ground is not written: JSON nested deeper than the stack allows. */
function search(bytes: Uint8Array, guard: GuardContext, where: string): SecretFinding[] {
  try {
    return findSecrets(bytes, guard);
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    throw new ReelError('REEL_BODY_UNREADABLE', {
      what: 'the recording holds JSON that is nested too deeply to be searched for secrets; nothing was written',
      where,
      fix: 'leave the host of that body alone (passthrough), or let it answer with JSON that is less deep',
    });
  }
}

function describe(file: string, { ruleId, line, path, encoding }: SecretFinding): string {
  const place = path === undefined ? '' : ` at ${path}`;
  return `${file}:${line}${place} (${ruleId}${encoding === 'plain' ? '' : `, ${encoding}`})`;
}
