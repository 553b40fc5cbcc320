import { compileMask, maskNames, type MaskName } from '../../normalize/mask.ts';
import { createKeyOf } from '../index.ts';
import type { MatchOptions, MatchRequest } from '../matcher.ts';
import type { RequestChange } from './compare-requests.ts';

/** Above this size of a body no rules are tried: each costs two more keys. */
const maxBody = 2 << 20;

const names: Readonly<Record<MaskName, string>> = {
  uuid: 'a UUID',
  'iso-date': 'a date',
  epoch: 'a timestamp',
  'temp-path': 'a temporary path',
  port: 'a port',
  hex: 'a hexadecimal id',
};

/**
 * A rule under which the recording would have matched, when what differs is plainly volatile. Every suggestion was tried: with
 * it, the two keys are equal.
 */
export function suggestRule(
  incoming: MatchRequest,
  recorded: MatchRequest,
  changes: readonly RequestChange[],
  options: MatchOptions,
): string | undefined {
  if (changes.length === 0 || incoming.body.byteLength > maxBody || recorded.body.byteLength > maxBody)
    return undefined;
  if (!changes.every(isVolatile)) return undefined;
  const matchesWith = (more: MatchOptions): boolean => {
    const keyOf = createKeyOf({ ...options, ...more });
    return keyOf(incoming) === keyOf(recorded);
  };
  const ignore = ignorable(changes);
  if (ignore !== undefined && matchesWith({ ignore: [...(options.ignore ?? []), ignore.entry] })) {
    return `only ${ignore.part} differs, and it is ${ignore.what}: add match: { ignore: ['${ignore.entry}'] }`;
  }
  const given = options.mask ?? [];
  let masks = maskNames.filter((name) => !given.includes(name));
  if (masks.length === 0 || !matchesWith({ mask: [...given, ...masks] })) return undefined;
  for (const name of masks) {
    const fewer = masks.filter((other) => other !== name);
    if (fewer.length > 0 && matchesWith({ mask: [...given, ...fewer] })) masks = fewer;
  }
  const list = masks.map((name) => `'${name}'`).join(', ');
  return `only ${masks.map((name) => names[name]).join(' and ')} differs: add match: { mask: [${list}] }`;
}

/** Whether masks could make up for a change: a cheap look at what differs, before whole requests are keyed anew. */
function isVolatile({ kind, recorded, incoming }: RequestChange): boolean {
  if (kind !== 'changed' || typeof recorded === 'object' || typeof incoming === 'object') return false;
  const [before, now] = [compileMask(maskNames)!(), compileMask(maskNames)!()];
  return before(String(recorded)) === now(String(incoming));
}

/** The one field that differs, when its whole value is volatile on both sides: it says nothing of what is asked. */
function ignorable(
  changes: readonly RequestChange[],
): { entry: string; part: string; what: string } | undefined {
  const [change, ...others] = changes;
  if (change === undefined || others.length > 0 || change.kind !== 'changed') return undefined;
  const { area, part } = change.term;
  if (area !== 'parameter' && area !== 'query') return undefined;
  const kind = maskNames.find((name) => isWhole(name, change.recorded) && isWhole(name, change.incoming));
  if (kind === undefined || change.path.includes("'")) return undefined;
  return { entry: change.path.replace(/^(?:\$\.|form:)/, ''), part, what: names[kind] };
}

function isWhole(name: MaskName, value: unknown): boolean {
  if (typeof value !== 'string' && typeof value !== 'number') return false;
  return compileMask([name])!()(String(value)) === `⟨${name} 1⟩`;
}
