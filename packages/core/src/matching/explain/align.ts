import { isObject, nameOfTool } from './json.ts';
import { textSimilarity } from './similarity.ts';

/** Elements of two arrays that belong together; one side is absent where an element was added or removed. */
export interface Pairing {
  readonly recorded: number | undefined;
  readonly incoming: number | undefined;
}

/** Above these numbers of comparisons elements are paired by position, so that a miss costs little however large it is. */
const maxExact = 250_000;
const maxSimilar = 900;

/**
 * Pairs the elements of two arrays, in order: equal ones first (longest common subsequence), then, in the gaps between, those
 * most alike. `quick` pairs gaps by position, which is enough to rank candidates.
 */
export function align(recorded: readonly unknown[], incoming: readonly unknown[], quick: boolean): Pairing[] {
  const left = recorded.map((element) => JSON.stringify(element));
  const right = incoming.map((element) => JSON.stringify(element));
  let start = 0;
  while (start < left.length && start < right.length && left[start] === right[start]) start++;
  let end = 0;
  const most = Math.min(left.length, right.length) - start;
  while (end < most && left[left.length - 1 - end] === right[right.length - 1 - end]) end++;

  const pairings: Pairing[] = [];
  for (let i = 0; i < start; i++) pairings.push({ recorded: i, incoming: i });
  const leftEnd = left.length - end;
  const rightEnd = right.length - end;
  let i = start;
  let j = start;
  const gap = (toLeft: number, toRight: number): void => {
    const score = quick
      ? undefined
      : (a: number, b: number) => likeness(recorded[a], incoming[b], left[a]!, right[b]!);
    pairings.push(...pairGap(i, toLeft, j, toRight, score));
  };
  const anchors = commonSubsequence(
    leftEnd - start,
    rightEnd - start,
    (a, b) => left[start + a] === right[start + b],
  );
  for (const [a, b] of anchors) {
    gap(start + a, start + b);
    pairings.push({ recorded: start + a, incoming: start + b });
    i = start + a + 1;
    j = start + b + 1;
  }
  gap(leftEnd, rightEnd);
  for (let k = 0; k < end; k++) pairings.push({ recorded: leftEnd + k, incoming: rightEnd + k });
  return pairings;
}

function commonSubsequence(
  n: number,
  m: number,
  equal: (a: number, b: number) => boolean,
): [number, number][] {
  return n * m > maxExact ? [] : bestPath(n, m, (a, b) => (equal(a, b) ? 1 : 0));
}

function pairGap(
  left: number,
  leftEnd: number,
  right: number,
  rightEnd: number,
  score: ((a: number, b: number) => number) | undefined,
): Pairing[] {
  const n = leftEnd - left;
  const m = rightEnd - right;
  const pairs =
    score === undefined || n * m > maxSimilar
      ? Array.from({ length: Math.min(n, m) }, (_, k): [number, number] => [k, k])
      : bestPath(n, m, (a, b) => score(left + a, right + b));
  const pairings: Pairing[] = [];
  let i = 0;
  let j = 0;
  for (const [a, b] of [...pairs, [n, m] as const]) {
    while (i < a) pairings.push({ recorded: left + i++, incoming: undefined });
    while (j < b) pairings.push({ recorded: undefined, incoming: right + j++ });
    if (a < n) pairings.push({ recorded: left + i++, incoming: right + j++ });
  }
  return pairings;
}

/** The order-preserving pairs with the greatest sum of scores; pairs of score 0 are never made. */
function bestPath(n: number, m: number, score: (a: number, b: number) => number): [number, number][] {
  if (n === 0 || m === 0) return [];
  const width = m + 1;
  const best = new Float64Array((n + 1) * width);
  const scores = new Float64Array(n * m);
  for (let a = n - 1; a >= 0; a--) {
    for (let b = m - 1; b >= 0; b--) {
      const value = score(a, b);
      scores[a * m + b] = value;
      const paired = value > 0 ? value + best[(a + 1) * width + b + 1]! : 0;
      best[a * width + b] = Math.max(paired, best[(a + 1) * width + b]!, best[a * width + b + 1]!);
    }
  }
  const pairs: [number, number][] = [];
  let a = 0;
  let b = 0;
  while (a < n && b < m) {
    const value = scores[a * m + b]!;
    const here = best[a * width + b]!;
    if (value > 0 && here === value + best[(a + 1) * width + b + 1]!) pairs.push([a++, b++]);
    else if (here === best[(a + 1) * width + b]!) a++;
    else b++;
  }
  return pairs;
}

/** How well two elements pair as "the same one, changed"; 0 when they are two different things. */
function likeness(recorded: unknown, incoming: unknown, left: string, right: string): number {
  if (typeof recorded !== typeof incoming || Array.isArray(recorded) !== Array.isArray(incoming)) return 0;
  if (isObject(recorded) && isObject(incoming)) {
    if (recorded['role'] !== incoming['role'] || recorded['type'] !== incoming['type']) return 0;
    const name = nameOfTool(recorded);
    if (name !== nameOfTool(incoming)) return 0;
  }
  // Never 0: of two messages of one role in one place, one took the place of the other, however they read.
  return 0.1 + 0.9 * textSimilarity(left, right);
}
