import type { Fields } from '../../reading/fields.ts';
import { numberOf, textOf } from '../../reading/text.ts';

interface Placed {
  readonly stub: Fields;
  readonly where: string;
}

/**
 * Stubs in the order in which they were asked: by the states of their scenario (`Started` first, each state the next requires),
 * else by `insertionIndex`, which counts what was recorded.
 */
export function inOrder(stubs: readonly Placed[]): Placed[] {
  const steps = stepsOf(stubs);
  const index = ({ stub }: Placed): number => numberOf(stub['insertionIndex']) ?? 0;
  return stubs.toSorted((a, b) => (steps.get(a) ?? 0) - (steps.get(b) ?? 0) || index(a) - index(b));
}

function stepsOf(stubs: readonly Placed[]): ReadonlyMap<Placed, number> {
  const steps = new Map<Placed, number>();
  for (const name of new Set(stubs.map(({ stub }) => textOf(stub['scenarioName'])))) {
    if (name === undefined) continue;
    const members = stubs.filter(({ stub }) => textOf(stub['scenarioName']) === name);
    let state: string | undefined = 'Started';
    for (let step = 0; step < members.length && state !== undefined; step++) {
      const member: Placed | undefined = members.find(
        (candidate) =>
          !steps.has(candidate) && (textOf(candidate.stub['requiredScenarioState']) ?? 'Started') === state,
      );
      if (member === undefined) break;
      steps.set(member, step);
      state = textOf(member.stub['newScenarioState']);
    }
    for (const member of members) if (!steps.has(member)) steps.set(member, members.length);
  }
  return steps;
}
