import type { CassetteTape } from '../../cassette/tape.ts';
import { align, type Pairing } from '../../matching/explain/align.ts';
import { compareRequests } from '../../matching/explain/compare-requests.ts';
import { describeChange } from '../../matching/explain/describe.ts';
import { readRequest, type Reading } from '../../matching/explain/reading.ts';
import { colorMarks, plainMarks, type DiffMarks } from '../../matching/explain/text-diff.ts';
import { compileRules } from '../../matching/rules.ts';
import type { Interaction } from '../../model/interaction.ts';
import { digest } from '../../normalize/digest.ts';
import { parseJson } from '../json-reading.ts';
import { notTooDeep } from '../too-deep.ts';
import { readLlmRequest } from '../transcript/read-request.ts';
import type { Part } from '../transcript/turn.ts';
import { compareAnswers } from './compare-answers.ts';
import type { CassetteComparison, CassetteDifference, InteractionChange } from './difference.ts';
import { inTime } from './words.ts';

export interface CompareOptions {
  /** Applied to every text that is shown. */
  readonly redactText: (text: string) => string;
  /** Colors for a terminal. Default `false`. */
  readonly color?: boolean;
}

/**
 * What changed from one cassette to another. Interactions are paired by what they ask: equal ones first, then, in the gaps between, those
 * most alike, so that a changed prompt is one change, and a call put in between is not a change of all that follow.
 */
export function compareCassettes(
  before: CassetteTape,
  after: CassetteTape,
  { redactText, color = false }: CompareOptions,
): CassetteComparison {
  const marks = color ? colorMarks : plainMarks;
  const keys = { before: keysOf(before), after: keysOf(after) } as const;
  const { pairs, moved } = reunite(align(keys.before, keys.after, false), keys.before, keys.after);
  const changes: InteractionChange[] = [];
  let same = 0;
  for (const { recorded, incoming } of pairs) {
    const old = recorded === undefined ? undefined : before.interactionAt(recorded);
    const now = incoming === undefined ? undefined : after.interactionAt(incoming);
    const subject = now ?? old!;
    const place = {
      ...(recorded !== undefined && { before: recorded + 1 }),
      ...(incoming !== undefined && { after: incoming + 1 }),
      endpoint: redactText(endpointOf(subject)),
      ...aboutOf(subject, redactText),
    };
    if (old === undefined || now === undefined) {
      changes.push({ ...place, kind: old === undefined ? 'added' : 'removed', differences: [] });
      continue;
    }
    const differences = notTooDeep(`interaction ${incoming! + 1}`, () =>
      compareInteractions(old, now, redactText, marks),
    );
    if (differences.length > 0) changes.push({ ...place, kind: 'changed', differences });
    else if (moved.has(incoming!)) changes.push({ ...place, kind: 'moved', differences });
    else same++;
  }
  return { changes, same };
}

/** Calls that were taken out in one place and put in at another are the same calls, moved. */
function reunite(
  pairs: readonly Pairing[],
  before: readonly unknown[],
  after: readonly unknown[],
): { pairs: Pairing[]; moved: Set<number> } {
  const waiting = new Map<string, number[]>();
  for (const { recorded, incoming } of pairs) {
    if (recorded === undefined || incoming !== undefined) continue;
    const key = JSON.stringify(before[recorded]);
    const list = waiting.get(key);
    if (list === undefined) waiting.set(key, [recorded]);
    else list.push(recorded);
  }
  const found = new Set<number>();
  const moved = new Set<number>();
  const whole = pairs.map((pair): Pairing => {
    if (pair.recorded !== undefined) return pair;
    const recorded = waiting.get(JSON.stringify(after[pair.incoming!]))?.shift();
    if (recorded === undefined) return pair;
    found.add(recorded);
    moved.add(pair.incoming!);
    return { recorded, incoming: pair.incoming };
  });
  return {
    pairs: whole.filter(({ recorded, incoming }) => incoming !== undefined || !found.has(recorded!)),
    moved,
  };
}

const rules = compileRules({});

/** What two recordings of one call differ in: what was asked, then what was answered. */
export function compareInteractions(
  before: Interaction,
  after: Interaction,
  redactText: (text: string) => string,
  marks: DiffMarks,
): CassetteDifference[] {
  const requests = compareRequests(read(before), read(after), rules).map((change): CassetteDifference => {
    const { kind, part, path, recorded, incoming, lines } = describeChange(change, redactText, marks);
    return {
      side: 'request',
      kind,
      part,
      path,
      ...(recorded !== undefined && { before: recorded }),
      ...(incoming !== undefined && { after: incoming }),
      lines: inTime(lines),
    };
  });
  return [...requests, ...compareAnswers(before, after, redactText, marks)];
}

function read({ request }: Interaction): Reading {
  return readRequest(request, rules);
}

/** So much of a body is compared when calls are paired; of what is longer a hash stands for the rest. */
const compared = 8_000;

/** What calls are paired by. The type keeps calls of different endpoints apart. */
function keysOf(tape: CassetteTape): unknown[] {
  return Array.from({ length: tape.size }, (_, index) => {
    const reading = readRequest(tape.requestAt(index)!, rules);
    const { text } = reading;
    const rest = text.length > compared ? digest(text) : '';
    return {
      type: `${reading.method} ${reading.url.path.replace(/\/(models|model|deployments)\/[^/:]+/, '/$1/*')}`,
      url: `${reading.url.host}${reading.url.path}?${reading.url.query}`,
      body: text.slice(0, compared),
      rest,
    };
  });
}

function endpointOf({ request }: Interaction): string {
  const url = URL.parse(request.url);
  return `${request.method} ${url === null ? request.url : url.host + url.pathname}`;
}

const longestAbout = 60;

function aboutOf({ request }: Interaction, redactText: (text: string) => string): { about?: string } {
  const body = parseJson(Buffer.from(request.body).toString('utf8'));
  const asked = readLlmRequest(request.url, body);
  const said = asked?.turns.findLast(({ role }) => role === 'user')?.parts ?? [];
  const words = asked?.inputs[0] ?? said.map((part) => textOf(part)).join(' ');
  const line = redactText(words).replaceAll(/\s+/g, ' ').trim();
  if (line === '') return {};
  return { about: line.length > longestAbout ? `${line.slice(0, longestAbout - 1)}…` : line };
}

function textOf(part: Part): string {
  return part.kind === 'text' ? part.text : '';
}
