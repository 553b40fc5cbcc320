import type { CanonicalBody, CanonicalPart } from '../../normalize/canonical.ts';
import { readPairs } from '../../normalize/canonical-pairs.ts';
import type { MatchRules } from '../rules.ts';
import { align } from './align.ts';
import { compareJson } from './compare-json.ts';
import { jsonPath, termOf, type Area, type Term } from './llm-terms.ts';
import { Described } from './described.ts';
import { differentSegments } from './paths.ts';
import type { Reading } from './reading.ts';
import { textSimilarity } from './similarity.ts';

/** One thing in which a request and a recording differ, named, with the values of either side as they are. */
export interface RequestChange {
  readonly kind: 'added' | 'removed' | 'changed' | 'moved';
  readonly term: Term;
  /** `$.messages[3].content`, `?version`, `method`, `url.path`, `header:x-tenant`, `form:file`, `body`. */
  readonly path: string;
  readonly recorded?: unknown;
  readonly incoming?: unknown;
}

/** What the rules compare and find different, the most telling first. */
export function compareRequests(
  recorded: Reading,
  incoming: Reading,
  rules: MatchRules,
  { quick = false }: { quick?: boolean } = {},
): RequestChange[] {
  const changes: RequestChange[] = [];
  const { parts } = rules;
  const compares = (part: string): boolean => parts.has(part) || (part !== 'method' && parts.has('url'));
  if (parts.has('method') && recorded.method !== incoming.method) {
    changes.push(changed('method', 'method', 'method', recorded.method, incoming.method));
  }
  if (compares('host')) compareHosts(recorded, incoming, parts.has('url'), changes);
  if (compares('path')) comparePaths(recorded, incoming, changes);
  if (compares('query')) compareQueries(recorded, incoming, changes);
  for (const name of rules.headers) {
    const [before, now] = [recorded.headers.get(name), incoming.headers.get(name)];
    if (before !== now) changes.push(changed('header', `header ${name}`, `header:${name}`, before, now));
  }
  if (parts.has('body') && recorded.text !== incoming.text)
    changes.push(...compareBodies(recorded, incoming, quick));
  return sortByArea(changes);
}

/** How much two requests differ: 0 for equal ones. A sum of what a person would call one change each. */
export function distanceOf(changes: readonly RequestChange[]): number {
  let distance = 0;
  for (const change of changes) distance += weights[change.term.area] * magnitude(change);
  return distance;
}

const weights: Readonly<Record<Area, number>> = {
  method: 4,
  host: 1,
  path: 3,
  query: 0.3,
  header: 0.3,
  model: 0.7,
  stream: 0.4,
  parameter: 0.3,
  system: 1,
  message: 1,
  tool: 0.5,
  body: 1,
  custom: 1,
};

/** The order of areas in a report. */
const order = Object.keys(weights) as Area[];

function sortByArea(changes: RequestChange[]): RequestChange[] {
  return changes.toSorted((a, b) => order.indexOf(a.term.area) - order.indexOf(b.term.area));
}

function magnitude({ kind, recorded, incoming }: RequestChange): number {
  if (kind === 'moved') return 0.3;
  if (kind !== 'changed') return 1;
  const [before, now] = [asText(recorded), asText(incoming)];
  return before === undefined || now === undefined ? 1 : 0.1 + 0.9 * (1 - textSimilarity(before, now));
}

function asText(value: unknown): string | undefined {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function changed(
  area: Area,
  part: string,
  path: string,
  recorded: unknown,
  incoming: unknown,
): RequestChange {
  return { kind: 'changed', term: { area, part }, path, recorded, incoming };
}

function compareHosts(
  recorded: Reading,
  incoming: Reading,
  withScheme: boolean,
  changes: RequestChange[],
): void {
  const [before, now] = [recorded.url, incoming.url];
  if (before.host !== now.host) {
    changes.push(changed('host', 'host', 'url.host', before.host, now.host));
  } else if (withScheme && before.scheme !== now.scheme) {
    changes.push(changed('host', 'scheme', 'url.scheme', before.scheme, now.scheme));
  }
}

/** Some APIs name the model in the path: Gemini, Vertex, Azure OpenAI, Bedrock. */
const modelSegments = new Set(['models', 'model', 'deployments']);

function comparePaths(recorded: Reading, incoming: Reading, changes: RequestChange[]): void {
  const [before, now] = [recorded.url.path, incoming.url.path];
  if (before === now) return;
  const different = differentSegments(before, now);
  const [only] = different ?? [];
  if (different?.length === 1 && only !== undefined && modelSegments.has(only.after)) {
    const [from, to] = [splitAction(only.recorded), splitAction(only.incoming)];
    if (from.model !== to.model) {
      changes.push(changed('model', 'model (in the URL path)', 'url.path', from.model, to.model));
    }
    // `:generateContent` against `:streamGenerateContent` is what the stream flag is elsewhere.
    if (from.action !== to.action) {
      changes.push(changed('stream', 'action (in the URL path)', 'url.path', from.action, to.action));
    }
    return;
  }
  changes.push(changed('path', 'URL path', 'url.path', before, now));
}

function splitAction(segment: string): { model: string; action: string } {
  const colon = segment.lastIndexOf(':');
  // Bedrock's model ids end in `:0`; an action is a word.
  return colon === -1 || /^\d*$/.test(segment.slice(colon + 1))
    ? { model: segment, action: '' }
    : { model: segment.slice(0, colon), action: segment.slice(colon + 1) };
}

function compareQueries(recorded: Reading, incoming: Reading, changes: RequestChange[]): void {
  const before = readPairs(recorded.url.query);
  const now = readPairs(incoming.url.query);
  comparePairs(
    before,
    now,
    (name) => ({ term: { area: 'query', part: `query parameter ${name}` }, path: `?${name}` }),
    changes,
  );
}

/** Values of one name are compared in their order. */
function comparePairs<T>(
  recorded: readonly (readonly [string, T])[],
  incoming: readonly (readonly [string, T])[],
  place: (name: string) => { term: Term; path: string },
  changes: RequestChange[],
): void {
  const names = new Set([...recorded, ...incoming].map(([name]) => name));
  for (const name of names) {
    const before = recorded.filter(([other]) => other === name).map(([, value]) => value);
    const now = incoming.filter(([other]) => other === name).map(([, value]) => value);
    for (let i = 0; i < Math.max(before.length, now.length); i++) {
      if (i >= now.length) changes.push({ kind: 'removed', ...place(name), recorded: before[i] });
      else if (i >= before.length) changes.push({ kind: 'added', ...place(name), incoming: now[i] });
      else if (JSON.stringify(before[i]) !== JSON.stringify(now[i])) {
        changes.push({ kind: 'changed', ...place(name), recorded: before[i], incoming: now[i] });
      }
    }
  }
}

function compareBodies(recorded: Reading, incoming: Reading, quick: boolean): RequestChange[] {
  const [before, now] = [recorded.body, incoming.body];
  const changes: RequestChange[] = [];
  if (before.kind === 'json' && now.kind === 'json') {
    for (const change of compareJson(recorded.json, incoming.json, quick)) {
      const { path, ...rest } = change;
      changes.push({ ...rest, term: termOf(change, recorded.json, incoming.json), path: jsonPath(path) });
    }
  } else if (before.kind === 'ndjson' && now.kind === 'ndjson') {
    compareLines(before.lines, now.lines, quick, changes);
  } else if (before.kind === 'form' && now.kind === 'form') {
    comparePairs(before.fields, now.fields, formField, changes);
  } else if (before.kind === 'multipart' && now.kind === 'multipart') {
    compareParts(before.parts, now.parts, changes);
  } else if (before.kind === 'text' && now.kind === 'text') {
    changes.push(changed('body', 'body', 'body', before.text, now.text));
  } else {
    changes.push(changed('body', 'body', 'body', describeBody(before), describeBody(now)));
  }
  // Differences that parsing levels out: digits beyond a double, a key given twice.
  if (changes.length === 0) changes.push(changed('body', 'body', 'body', recorded.text, incoming.text));
  return changes;
}

function formField(name: string): { term: Term; path: string } {
  return { term: { area: 'parameter', part: `form field ${name}` }, path: `form:${name}` };
}

function compareLines(
  recorded: readonly string[],
  incoming: readonly string[],
  quick: boolean,
  changes: RequestChange[],
): void {
  for (const { recorded: from, incoming: to } of align(recorded, incoming, quick)) {
    if (from !== undefined && to !== undefined && recorded[from] === incoming[to]) continue;
    const line = (to ?? from)! + 1;
    changes.push({
      kind: from === undefined ? 'added' : to === undefined ? 'removed' : 'changed',
      term: { area: 'body', part: `line ${line}` },
      path: `line:${line}`,
      ...(from !== undefined && { recorded: recorded[from] }),
      ...(to !== undefined && { incoming: incoming[to] }),
    });
  }
}

function compareParts(
  recorded: readonly CanonicalPart[],
  incoming: readonly CanonicalPart[],
  changes: RequestChange[],
): void {
  const byName = (parts: readonly CanonicalPart[]): (readonly [string, CanonicalPart])[] =>
    parts.map((part) => [part.name, part]);
  const found: RequestChange[] = [];
  comparePairs<CanonicalPart>(byName(recorded), byName(incoming), formField, found);
  for (const change of found) {
    const before = change.recorded as CanonicalPart | undefined;
    const now = change.incoming as CanonicalPart | undefined;
    const { name, filename } = (now ?? before)!;
    const part =
      filename === undefined ? `form field ${name}` : `file ${JSON.stringify(filename)} (form field ${name})`;
    const place = { path: change.path, kind: change.kind };
    if (before === undefined || now === undefined) {
      changes.push({
        ...place,
        term: { area: 'parameter', part },
        ...(before !== undefined && { recorded: describeBody(before.content) }),
        ...(now !== undefined && { incoming: describeBody(now.content) }),
      });
      continue;
    }
    for (const [what, from, to] of [
      ['name of the file', before.filename, now.filename],
      ['content type', before.contentType, now.contentType],
      ['content', describeBody(before.content), describeBody(now.content)],
    ] as const) {
      if (JSON.stringify(from) === JSON.stringify(to)) continue;
      const isField = what === 'content' && filename === undefined;
      changes.push({
        ...place,
        term: { area: 'parameter', part: isField ? part : `${part}, ${what}` },
        recorded: from,
        incoming: to,
      });
    }
  }
}

/** Text as it is, bytes by size and hash. */
function describeBody(body: CanonicalBody): string | Described {
  switch (body.kind) {
    case 'text':
    case 'json':
      return body.text;
    case 'empty':
      return new Described('nothing');
    case 'binary':
      return new Described(`${body.size} bytes (sha256 ${body.hash.slice(0, 12)})`);
    case 'form':
      return new Described('a form');
    case 'multipart':
      return new Described('a multipart form');
    case 'ndjson':
      return new Described('JSON lines');
    default:
      return body satisfies never;
  }
}
