import { createKeyOf } from '../../matching/index.ts';
import { digest } from '../../normalize/digest.ts';
import { ReelError } from '../../errors.ts';
import type { CassetteFiles } from '../../cassette/store.ts';
import { align } from '../../matching/explain/align.ts';
import type { CassetteContent } from '../files/cassette-file.ts';
import { assemble, sectionsOf, type SectionedCassette } from '../files/sections.ts';

/** Two or more recordings of one test as one. */
export interface MergedCassette {
  readonly files: CassetteFiles;
  readonly interactions: number;
  /** Requests for which the sides have other answers; those of the newest recording were kept. */
  readonly contested: readonly string[];
}

/**
 * Merges recordings of one test. Requests are told apart as replay does, by their key: what only one side has is kept, what both have alike
 * is kept once, and where both have other answers to one request, those of the newer recording (`recordedAt`) are kept. With `base`,
 * the version both come from, what one side took out stays out, and where only one side changed, the change wins.
 * @throws REEL_CASSETTE_DAMAGED and the like, for any of them.
 */
export function mergeCassettes(sides: readonly CassetteContent[], base?: CassetteContent): MergedCassette {
  const [first, ...others] = sides.map((side) => keyed(side));
  if (first === undefined) throw new TypeError('nothing to merge');
  const origin = base === undefined ? undefined : keyed(base);
  const contested = new Set<string>();
  const merged = others.reduce((sofar, side) => mergeTwo(sofar, side, origin, contested), first);
  const readBlob = (hash: string): Uint8Array | undefined => {
    for (const side of sides) {
      const blob = side.readBlob(hash);
      if (blob !== undefined) return blob;
    }
    return undefined;
  };
  return {
    files: assemble(
      merged.header,
      merged.entries.map(({ section }) => section),
      readBlob,
    ),
    interactions: merged.entries.length,
    contested: [...contested],
  };
}

interface Entry {
  readonly key: string;
  readonly section: string;
  /** For people. */
  readonly endpoint: string;
}

interface Side {
  readonly header: SectionedCassette['header'];
  readonly entries: readonly Entry[];
}

const keyOf = createKeyOf({});

function keyed(content: CassetteContent): Side {
  const cassette = sectionsOf(content);
  const entries = cassette.sections.map((section, index): Entry => {
    const request = cassette.requestAt(index);
    if (request !== undefined) {
      const url = URL.parse(request.url);
      return {
        key: keyOf(request),
        section,
        endpoint: `${request.method} ${url === null ? request.url : url.host + url.pathname}`,
      };
    }
    // The line names the missing blob by its hash, which is as good as its content.
    return { key: digest(section.slice(0, section.indexOf('\n'))), section, endpoint: 'a request' };
  });
  return { header: cassette.header, entries };
}

function mergeTwo(a: Side, b: Side, base: Side | undefined, contested: Set<string>): Side {
  const newest = b.header.recordedAt > a.header.recordedAt ? b : a;
  const queues = { a: queuesOf(a), b: queuesOf(b), base: queuesOf(base) };
  /** From which side the recordings of a key are taken. */
  const taken = new Map<string, Side | undefined>();
  for (const key of new Set([...queues.a.keys(), ...queues.b.keys()])) {
    const [inA, inB, inBase] = [queues.a.get(key) ?? '', queues.b.get(key) ?? '', queues.base.get(key) ?? ''];
    if (inA === inB || inB === inBase) taken.set(key, a);
    else if (inA === inBase) taken.set(key, b);
    else {
      // Where one side has none it took out what the other recorded anew: losing a recording is the worse mistake.
      taken.set(key, inA === '' ? b : inB === '' ? a : newest);
      if (inA !== '' && inB !== '')
        contested.add((newest.entries.find((entry) => entry.key === key) ?? a.entries[0]!).endpoint);
    }
  }
  const entries: Entry[] = [];
  const order = align(
    a.entries.map(({ key }) => key),
    b.entries.map(({ key }) => key),
    true,
  );
  for (const { recorded, incoming } of order) {
    const ofA = recorded === undefined ? undefined : a.entries[recorded];
    const ofB = incoming === undefined ? undefined : b.entries[incoming];
    if (ofA !== undefined && taken.get(ofA.key) === a) entries.push(ofA);
    if (ofB !== undefined && taken.get(ofB.key) === b) entries.push(ofB);
  }
  return { header: newest.header, entries };
}

/** All recordings of each key, in their order, as one text. */
function queuesOf(side: Side | undefined): Map<string, string> {
  const queues = new Map<string, string>();
  for (const { key, section } of side?.entries ?? []) queues.set(key, (queues.get(key) ?? '') + section);
  return queues;
}

/** Refuses to merge recordings of different tests. */
export function assertSameTest(sides: readonly CassetteContent[]): void {
  const names = new Map(sides.map((side) => [sectionsOf(side).header.name, side.where]));
  if (names.size <= 1) return;
  const [[one, first], [other, second]] = [...names] as [[string, string], [string, string]];
  throw new ReelError('REEL_MERGE_REFUSED', {
    what: `these are recordings of different tests: ${JSON.stringify(one)} and ${JSON.stringify(other)}`,
    where: `${first}, ${second}`,
    fix: 'merge cassettes of one test; --force merges these all the same',
  });
}
