import type { Tape } from '../model/tape.ts';
import type { RequestChange } from './explain/compare-requests.ts';
import { describeChange, type Difference } from './explain/describe.ts';
import { findNearest, type Nearest, type Survey } from './explain/nearest.ts';
import { readRequest, type Reading } from './explain/reading.ts';
import { suggestRule } from './explain/suggest.ts';
import { colorMarks, plainMarks } from './explain/text-diff.ts';
import type { MatchOptions, MatchRequest } from './matcher.ts';
import { compileRules, type MatchRules } from './rules.ts';

export type { Difference };

export interface Miss {
  /** The request that no recording answers, redacted. */
  readonly incoming: MatchRequest;
  /** Where it was looked for, redacted by the same rules. */
  readonly tape: Tape;
  /** The options it was looked up with. */
  readonly match?: MatchOptions;
  /** From `MatchIndex.find`: how many equal recordings there are, all used before. */
  readonly exhausted?: number | undefined;
  /** Whether a recording was used in this test; unused ones are the likelier counterparts. */
  readonly isUsed?: (index: number) => boolean;
  /** Applied to every text that leaves this function. */
  readonly redactText: (text: string) => string;
  /** Colors for a terminal in `text`. Default `false`: the text also goes into error bodies. */
  readonly color?: boolean;
}

/** Why nothing on tape answers a request. Redacted throughout. */
export interface MissExplanation {
  /** One line. */
  readonly summary: string;
  /** The recording that differs least; absent when none is of this endpoint. */
  readonly nearest?: {
    /** Position on tape, from 0. */
    readonly index: number;
    /** From 0 to 1, for ranking: 1 is equal, one small change about 0.9, one message more or less 0.5. */
    readonly similarity: number;
    /** What differs, the most telling first. Empty when all that can be compared is equal. */
    readonly differences: readonly Difference[];
  };
  /** An option under which the recording would have matched; only when what differs is plainly volatile. */
  readonly suggestion?: string;
  /** All of it as text of several lines. */
  readonly text: string;
}

/** More is not read by anybody; the structured form has them all. */
const maxPrinted = 10;

/** Of about so many whole messages two requests have to differ before the nearest one is not called near. */
const farAway = 8;

/**
 * Finds the recording nearest to a request that has none, and says in LLM terms what differs. The work is bounded, whatever the size
 * of the tape and its bodies.
 */
export function explainMiss(miss: Miss): MissExplanation {
  const { match = {}, isUsed = () => false, redactText, color = false } = miss;
  const rules = compileRules(match);
  const incoming = readRequest(miss.incoming, rules);
  const survey = findNearest(incoming, miss.tape, rules, isUsed);
  const { nearest } = survey;
  if (nearest === undefined) return elsewhere(survey, incoming, redactText);

  const changes = [...nearest.changes, ...refusals(nearest, miss.incoming, rules)];
  const marks = color ? colorMarks : plainMarks;
  const differences = changes.map((change) => describeChange(change, redactText, marks));
  const found = { index: nearest.index, similarity: 1 / (1 + nearest.distance), differences };
  if (miss.exhausted !== undefined && miss.exhausted > 0) {
    return { nearest: found, ...exhausted(miss.exhausted) };
  }
  const suggestion = suggestRule(miss.incoming, nearest.recorded.request, nearest.changes, match);
  const summary = summarize(nearest, differences);
  const lines = [headline(survey, nearest, isUsed(nearest.index)), ...printed(differences)];
  if (suggestion !== undefined) lines.push(`hint: ${redactText(suggestion)}`);
  return {
    summary,
    nearest: found,
    ...(suggestion !== undefined && { suggestion: redactText(suggestion) }),
    text: redactText(lines.join('\n')),
  };
}

function exhausted(count: number): { summary: string; text: string } {
  const times = count === 1 ? 'once' : `${count} times`;
  const summary = `this request was recorded ${times}, and this is call ${count + 1}`;
  return {
    summary,
    text: [
      `${summary}: every equal recording has been used.`,
      "hint: record again if the program now calls more often; if repeats are meant to get the same answer, set match: { repeat: 'last' }",
    ].join('\n'),
  };
}

/** There is nothing to compare with: says what the tape has instead. */
function elsewhere(survey: Survey, incoming: Reading, redactText: (text: string) => string): MissExplanation {
  if (survey.size === 0) {
    const summary = 'the cassette has no recordings';
    return { summary, text: summary };
  }
  const endpoint = `${incoming.method} ${incoming.url.host}${incoming.url.path}`;
  const summary = redactText(`the cassette has no call to ${endpoint}`);
  const known = [...survey.endpoints].slice(0, maxPrinted).map(([name, count]) => `  ${count} x ${name}`);
  if (survey.endpoints.size > maxPrinted) known.push(`  and ${survey.endpoints.size - maxPrinted} more`);
  return { summary, text: redactText([`${summary}; it has:`, ...known].join('\n')) };
}

/** What the user's own matchers say to a recording that is equal otherwise. */
function refusals(
  { changes, recorded }: Nearest,
  incoming: MatchRequest,
  rules: MatchRules,
): RequestChange[] {
  if (changes.length > 0) return [];
  return rules.custom.flatMap((matcher, index): RequestChange[] => {
    const answer = matcher(incoming, recorded.request);
    if (answer === true) return [];
    const name = matcher.name === '' ? `custom matcher ${index + 1}` : `custom matcher ${matcher.name}`;
    const reason = typeof answer === 'string' ? answer : 'refused';
    return [
      { kind: 'added', term: { area: 'custom', part: name }, path: `custom[${index}]`, incoming: reason },
    ];
  });
}

function summarize({ index }: Nearest, differences: readonly Difference[]): string {
  const parts = [...new Set(differences.map(({ part }) => part))];
  if (parts.length === 0) return `equal to recording ${index + 1} in all that can be compared`;
  const named = parts.slice(0, 3).join('; ');
  return `differs from recording ${index + 1} in ${named}${parts.length > 3 ? ` and ${parts.length - 3} more` : ''}`;
}

function headline({ size, isComplete }: Survey, { index, distance }: Nearest, isUsed: boolean): string {
  const of = isComplete ? `of ${size}` : `among the first ${size}`;
  const used = isUsed ? ', already used' : '';
  const far = distance > farAway ? 'nothing on tape is close to it; ' : '';
  return `${far}nearest is recording ${index + 1} ${of}${used} (- on tape, + sent now):`;
}

function printed(differences: readonly Difference[]): string[] {
  const lines = differences.slice(0, maxPrinted).flatMap(({ lines }) => lines.map((line) => `  ${line}`));
  if (differences.length > maxPrinted)
    lines.push(`  and ${differences.length - maxPrinted} more differences`);
  return lines;
}
