import type { Tape } from '../../model/tape.ts';
import { canonicalUrl, type CanonicalUrl } from '../../normalize/canonical-url.ts';
import type { MatchRequest } from '../matcher.ts';
import { methodKey } from '../matchers/method.ts';
import type { MatchRules } from '../rules.ts';
import { compareRequests, distanceOf, type RequestChange } from './compare-requests.ts';
import { differentSegments } from './paths.ts';
import { readRequest, type Reading } from './reading.ts';

/** Bounds of the work for one miss, so that a huge tape cannot stall a test: what is read, and what is compared in detail. */
const maxScanned = 20_000;
const maxScannedBytes = 64 << 20;
const maxCandidates = 200;
const maxComparedBytes = 8 << 20;
/** So many of the best are compared once more, with care. */
const finalists = 4;
/** Of two recordings about as near, one that was not used yet is what the program was expected to ask for. */
const usedPenalty = 0.2;

export interface Nearest {
  readonly index: number;
  readonly recorded: Reading;
  readonly changes: readonly RequestChange[];
  readonly distance: number;
}

export interface Survey {
  /** Absent when no recording is of this endpoint or one like it. */
  readonly nearest: Nearest | undefined;
  /** How many recordings the tape has; of a huge tape, how many were looked at. */
  readonly size: number;
  readonly isComplete: boolean;
  /** `POST api.openai.com/v1/chat/completions` and how often it is on tape, in tape order. */
  readonly endpoints: ReadonlyMap<string, number>;
}

interface Candidate {
  readonly index: number;
  /** 0 for the same endpoint, more for others: the better ranks are compared first, while the budget lasts. */
  readonly rank: number;
  /** Share of the body's bytes that are equal at both ends. */
  readonly closeness: number;
}

/** The recording that differs least from a request. Two passes: all by a cheap measure, then the best of them in detail. */
export function findNearest(
  incoming: Reading,
  tape: Tape,
  rules: MatchRules,
  isUsed: (index: number) => boolean,
): Survey {
  const { candidates, ...survey } = scan(incoming, tape, rules);
  const ranked: Nearest[] = [];
  let compared = 0;
  for (const { index } of candidates) {
    const recorded = readRequest(tape.requestAt(index)!, rules);
    compared += recorded.request.body.byteLength;
    if (ranked.length > 0 && compared > maxComparedBytes) break;
    ranked.push(measure(index, recorded, true));
  }
  const best = sortByDistance(ranked)
    .slice(0, finalists)
    .map(({ index, recorded }) => measure(index, recorded, false));
  return { ...survey, nearest: sortByDistance(best)[0] };

  function measure(index: number, recorded: Reading, quick: boolean): Nearest {
    const changes = compareRequests(recorded, incoming, rules, { quick });
    return { index, recorded, changes, distance: distanceOf(changes) };
  }

  function sortByDistance(list: Nearest[]): Nearest[] {
    const cost = ({ index, distance }: Nearest): number => distance + (isUsed(index) ? usedPenalty : 0);
    return list.toSorted((a, b) => cost(a) - cost(b) || a.index - b.index);
  }
}

function scan(
  incoming: Reading,
  tape: Tape,
  rules: MatchRules,
): Omit<Survey, 'nearest'> & { candidates: readonly Candidate[] } {
  const candidates: Candidate[] = [];
  const endpoints = new Map<string, number>();
  const urls = new Map<string, CanonicalUrl>();
  let index = 0;
  let bytes = 0;
  let isComplete = false;
  while (index < maxScanned && bytes < maxScannedBytes) {
    const request = tape.requestAt(index);
    if (request === undefined) {
      isComplete = true;
      break;
    }
    bytes += request.body.byteLength;
    let url = urls.get(request.url);
    if (url === undefined) {
      url = canonicalUrl(request.url, { ignoresQuery: rules.ignored.query, mask: rules.mask?.() });
      urls.set(request.url, url);
    }
    const endpoint = `${methodKey(request.method)} ${url.host}${url.path}`;
    endpoints.set(endpoint, (endpoints.get(endpoint) ?? 0) + 1);
    const rank = rankOf(request, url, incoming, rules);
    if (rank !== undefined) {
      candidates.push({ index, rank, closeness: closeness(request.body, incoming.request.body) });
    }
    index++;
  }
  candidates.sort((a, b) => a.rank - b.rank || b.closeness - a.closeness || a.index - b.index);
  return {
    candidates: candidates.slice(0, maxCandidates),
    size: index,
    isComplete,
    endpoints,
  };
}

/** `undefined` for another endpoint altogether, with which a comparison would be of no use. */
function rankOf(
  request: MatchRequest,
  url: CanonicalUrl,
  incoming: Reading,
  { parts }: MatchRules,
): number | undefined {
  if (!parts.has('url') && !parts.has('path')) return 0;
  const sameMethod = methodKey(request.method) === incoming.method;
  if (url.path === incoming.url.path) return sameMethod ? 0 : 2;
  const different = differentSegments(url.path, incoming.url.path);
  // One id or model name in the path, not another endpoint: its last word is where REST puts the verb or the collection.
  const isAlike =
    different?.length === 1 && different[0]!.after !== '' && !isLastWord(url.path, different[0]!.recorded);
  return isAlike && sameMethod ? 1 : undefined;
}

/** Whether a segment ends the path and is a plain word, such as `completions`; ids and model names are not. */
function isLastWord(path: string, segment: string): boolean {
  return path.endsWith(`/${segment}`) && /^[a-z_]+$/i.test(segment);
}

/** Requests of one program are mostly written alike, so that bytes equal from both ends say much, and cost little. */
const maxEnd = 32 << 10;

function closeness(a: Uint8Array, b: Uint8Array): number {
  const longer = Math.max(a.byteLength, b.byteLength);
  if (longer === 0) return 1;
  const most = Math.min(a.byteLength, b.byteLength, maxEnd);
  let head = 0;
  while (head < most && a[head] === b[head]) head++;
  const rest = Math.min(a.byteLength, b.byteLength) - head;
  let tail = 0;
  while (tail < rest && tail < maxEnd && a[a.byteLength - 1 - tail] === b[b.byteLength - 1 - tail]) tail++;
  return (head + tail) / longer;
}
