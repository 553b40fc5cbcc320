import { type Shape, shapes } from './shapes.ts';

/** A shape, and one of the ways in which it begins. */
export interface Beginning {
  readonly begin: string;
  readonly shape: Shape;
}

/** Beginnings by their first two characters; a byte per pair says in which group, 0 for none. */
const groupOf = new Uint8Array(128 * 128);
const groups: Beginning[][] = [[]];
for (const shape of shapes) {
  for (const begin of shape.begins) {
    const pair = begin.charCodeAt(0) * 128 + begin.charCodeAt(1);
    if (groupOf[pair] === 0) groupOf[pair] = groups.push([]) - 1;
    groups[groupOf[pair]!]!.push({ begin, shape });
  }
}

/** Which third characters a group's beginnings have, a bit for each value of the lowest five bits: `sh` alone begins many words. */
const thirdsOf = new Uint32Array(
  groups.map((group) =>
    group.reduce((bits, { begin }) => bits | (begin.length < 3 ? -1 : 1 << (begin.charCodeAt(2) & 31)), 0),
  ),
);

/** The group that three characters can begin one of, 0 for none. They are codes; those from 128 begin nothing. */
export function groupAt(first: number, second: number, third: number): number {
  const group = groupOf[first * 128 + (second & 127)]!;
  return group === 0 || ((thirdsOf[group]! >>> (third & 31)) & 1) === 0 ? 0 : group;
}

export function beginningsOf(group: number): readonly Beginning[] {
  return groups[group]!;
}
