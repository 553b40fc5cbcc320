import { ReelError } from '../errors.ts';
import { findSecrets } from './guard.ts';
import type { AllowedFinding } from './guard/finding.ts';
import { guardRuleIds } from './guard/rule-ids.ts';

/**
 * The allow list of the guard, checked. An entry that holds a secret would put into the configuration what is kept out of the cassette, so
 * its texts pass the redactor and the guard; the error never quotes them.
 * @throws ReelError `REEL_INVALID_OPTION`
 */
export function checkAllowed(
  entries: readonly AllowedFinding[],
  redactText: (text: string) => string,
): readonly AllowedFinding[] {
  for (const [index, { rule, path, value, reason }] of entries.entries()) {
    const place = `redact.allow[${index}]`;
    if (!guardRuleIds.includes(rule))
      throw invalid(
        `${place} names a rule that the guard does not have`,
        `use one of: ${guardRuleIds.join(', ')} (a known value cannot be allowed: switch off env-value instead)`,
      );
    if (path === undefined && value === undefined)
      throw invalid(
        `${place} would let a whole rule through`,
        'add the path of the finding, or the fingerprint of its value',
      );
    if (value !== undefined && !/^sha256:[0-9a-f]{16}$/.test(value))
      throw invalid(
        `${place}.value is no fingerprint; never write the value itself`,
        'take sha256:... from reel-check-secrets --fingerprints',
      );
    if (reason.trim() === '') throw invalid(`${place} has no reason`, 'say why the finding is harmless');
    for (const text of [path ?? '', reason]) {
      const isClean = redactText(text) === text && findSecrets(Buffer.from(text), { known: [] }).length === 0;
      if (!isClean)
        throw invalid(`${place} itself holds what looks like a secret`, 'name the place, not the value');
    }
  }
  return entries;
}

function invalid(what: string, fix: string): ReelError {
  return new ReelError('REEL_INVALID_OPTION', { what, fix });
}
