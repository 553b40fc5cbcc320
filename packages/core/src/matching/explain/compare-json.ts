import { align, type Pairing } from './align.ts';
import { isObject, nameOfTool } from './json.ts';

/** A key, or the positions of an array element on either side. */
export type Step = string | Pairing;

/** One thing that differs between a recorded and an incoming JSON document. */
export interface Change {
  /** As seen from the tape: `added` is in the incoming document only. `moved` elements are equal on both sides. */
  readonly kind: 'added' | 'removed' | 'changed' | 'moved';
  readonly path: readonly Step[];
  /** Absent for `added`. */
  readonly recorded?: unknown;
  /** Absent for `removed`. */
  readonly incoming?: unknown;
}

/** Nobody reads more; and two documents with nothing in common must not cost more than two that are close. */
const maxChanges = 300;

/**
 * What differs, in document order. Elements of arrays are paired by content, so an element put in between is one addition and
 * not a change of all that follow. `quick` compares roughly, to rank candidates.
 */
export function compareJson(recorded: unknown, incoming: unknown, quick = false): Change[] {
  const changes: Change[] = [];
  compare(recorded, incoming, [], changes, quick);
  return changes;
}

function compare(
  recorded: unknown,
  incoming: unknown,
  path: readonly Step[],
  changes: Change[],
  quick: boolean,
): void {
  if (changes.length >= maxChanges) return;
  if (isObject(recorded) && isObject(incoming)) {
    for (const key of Object.keys(recorded)) {
      if (Object.hasOwn(incoming, key)) compare(recorded[key], incoming[key], [...path, key], changes, quick);
      else changes.push({ kind: 'removed', path: [...path, key], recorded: recorded[key] });
    }
    for (const key of Object.keys(incoming)) {
      if (!Object.hasOwn(recorded, key))
        changes.push({ kind: 'added', path: [...path, key], incoming: incoming[key] });
    }
  } else if (Array.isArray(recorded) && Array.isArray(incoming)) {
    compareArrays(recorded, incoming, path, changes, quick);
  } else if (recorded !== incoming) {
    changes.push({ kind: 'changed', path, recorded, incoming });
  }
}

function compareArrays(
  recorded: readonly unknown[],
  incoming: readonly unknown[],
  path: readonly Step[],
  changes: Change[],
  quick: boolean,
): void {
  const pairings = reunite(align(recorded, incoming, quick), recorded, incoming);
  for (const pairing of pairings) {
    if (changes.length >= maxChanges) return;
    const here = [...path, pairing.step];
    const { recorded: from, incoming: to } = pairing.step;
    if (from === undefined) changes.push({ kind: 'added', path: here, incoming: incoming[to!] });
    else if (to === undefined) changes.push({ kind: 'removed', path: here, recorded: recorded[from] });
    else {
      if (pairing.moved)
        changes.push({ kind: 'moved', path: here, recorded: recorded[from], incoming: incoming[to] });
      compare(recorded[from], incoming[to], here, changes, quick);
    }
  }
}

/** Finds elements that were taken out in one place and put in at another: equal ones, and tools of the same name. */
function reunite(
  pairings: readonly Pairing[],
  recorded: readonly unknown[],
  incoming: readonly unknown[],
): { step: Pairing; moved: boolean }[] {
  const waiting = new Map<string, number[]>();
  for (const { recorded: from, incoming: to } of pairings) {
    if (to !== undefined || from === undefined) continue;
    const identity = identityOf(recorded[from]);
    const list = waiting.get(identity);
    if (list === undefined) waiting.set(identity, [from]);
    else list.push(from);
  }
  const reunited = new Set<number>();
  const result: { step: Pairing; moved: boolean }[] = [];
  for (const pairing of pairings) {
    const from =
      pairing.recorded === undefined
        ? waiting.get(identityOf(incoming[pairing.incoming!]))?.shift()
        : undefined;
    if (from === undefined) {
      result.push({ step: pairing, moved: false });
    } else {
      reunited.add(from);
      result.push({ step: { recorded: from, incoming: pairing.incoming }, moved: true });
    }
  }
  return result.filter(
    ({ step, moved }) => moved || step.incoming !== undefined || !reunited.has(step.recorded!),
  );
}

function identityOf(element: unknown): string {
  const name =
    isObject(element) && !('role' in element) && !('arguments' in element) ? nameOfTool(element) : undefined;
  return name === undefined ? JSON.stringify(element) : `tool ${name}`;
}
