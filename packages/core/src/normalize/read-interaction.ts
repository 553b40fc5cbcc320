import { mediaType, type HeaderList } from '../model/headers.ts';
import type { Interaction, RecordedRequest, RecordedResponse } from '../model/interaction.ts';
import { framePayloads, isFramed } from './aws-frames.ts';
import { bodyBytes, plainBytes } from './body-bytes.ts';
import { toByteText } from './byte-text.ts';
import { noEdits, type EditList } from './edits.ts';
import { frameText } from './frame-text.ts';
import { isDistinctive } from './generated-id.ts';
import { withStableBoundary } from './multipart-boundary.ts';
import type { AnswerFacts, Findings, HeaderId, PossibleId } from './reading.ts';
import { readBody } from './read-body.ts';
import { rulesOfUrl, type NormalizationRules } from './rules-of-url.ts';
import { runsOf } from './run-set.ts';
import { treatmentOf } from './volatile-headers.ts';

export interface ReadOptions {
  /** The rules for a URL; `undefined` when nothing is known about it: then only headers and known ids are rewritten. */
  readonly provider: (url: string) => NormalizationRules | undefined;
  /**
   * Computes {@link AnswerFacts.key} here. For who reads in several threads; otherwise it is computed where ids come together, once and
   * for the request as it is by then.
   */
  readonly keyOf?: (request: RecordedRequest) => string;
}

/** The first pass over one interaction: depends on nothing but it, so that interactions may be read anywhere and in any order. */
export function readInteraction(interaction: Interaction, options: ReadOptions): Findings {
  const request = withStableBoundary(interaction.request);
  const sent = runsOf([plainBytes(request.body), plainBytes(Buffer.from(headOf(request)))]);
  const { response, session } = interaction;
  if (response === undefined) return { facts: { request, sent }, places: nowhere };

  const head: Pick<AnswerFacts, 'key' | 'headers' | 'headerIds'> = {
    ...(options.keyOf !== undefined && { key: options.keyOf(request) }),
    ...readHeaders(response.headers),
  };
  const ids: PossibleId[] = [];
  const facts = { request, sent, answer: { ...head, ids } };

  const rules = rulesOfUrl(options.provider, request.url);
  if (session !== undefined) {
    const frames = session.frames.map((frame, index): EditList => {
      const text = frameText(frame);
      if (text === undefined) return noEdits;
      if (frame.from === 'client') {
        note(clientIds(text), `frame ${index} client`, true, ids);
        return noEdits;
      }
      const found = readBody(plainBytes(frame.bytes), text, rules, [{ start: 0, end: text.length }]);
      note(found.ids, `frame ${index} body`, true, ids);
      return found.volatile;
    });
    return { facts, places: { ...nowhere, frames } };
  }

  if (isOpaque(response)) return { facts, places: nowhere };
  const bytes = bodyBytes(interaction.chunks);
  const text = toByteText(bytes);
  const documents = isFramed(response.headers) ? framePayloads(text) : undefined;
  const found = readBody(bytes, text, rules, documents);
  note(found.ids, 'body', false, ids);
  return { facts, places: { isSearched: true, volatile: found.volatile, crossings: found.crossings } };
}

const nowhere = { isSearched: false, volatile: noEdits, crossings: '' } as const;

/**
 * Counted over all values and not only over those that are replaced, so that the count is the same when they have been replaced
 * already.
 */
function note(values: readonly string[], where: string, evenIfSent: boolean, ids: PossibleId[]): void {
  for (const [place, value] of values.entries())
    if (isDistinctive(value)) ids.push({ value, place: `${where} ${place}`, evenIfSent });
}

/** Ids of headers are counted by header, so that one header more or less moves no other id. */
function readHeaders(given: HeaderList): { headers: HeaderList; headerIds: readonly HeaderId[] } {
  let headers: (readonly [string, string])[] | undefined;
  const headerIds: HeaderId[] = [];
  let counts: Map<string, number> | undefined;
  for (let index = 0; index < given.length; index++) {
    const [name, value] = given[index]!;
    const { lowerCaseName, rule } = treatmentOf(name);
    if (rule === undefined) continue;
    if (rule === 'id') {
      counts ??= new Map<string, number>();
      const count = counts.get(lowerCaseName) ?? 0;
      counts.set(lowerCaseName, count + 1);
      if (value !== '' && !value.includes('[redacted'))
        headerIds.push({ index, place: `header ${lowerCaseName} ${count}` });
      continue;
    }
    const constant = rule(value);
    if (constant === value) continue;
    headers ??= [...given];
    headers[index] = [name, constant];
  }
  return { headers: headers ?? given, headerIds };
}

/** What a request says before its body. */
function headOf({ url, headers }: RecordedRequest): string {
  let head = url;
  for (const [, value] of headers) head += `\n${value}`;
  return head;
}

/** Sound and pictures hold no ids, and are the largest bodies there are. */
function isOpaque(response: RecordedResponse): boolean {
  return /^(?:audio|image|video|font)\//.test(mediaType(response.headers));
}

/**
 * Distinct values of the fields that name something, wherever they stand. Unlike those of an HTTP request, ids that the client made up
 * are rewritten too: replay compares the ids in frames by their place, and a program that makes up new ones each time
 * would change every line at each recording.
 */
function clientIds(text: string): string[] {
  const found = text.matchAll(/"(?:id|[A-Za-z_]*(?:_id|Id))"\s*:\s*"([^"\\]{1,200})"/g);
  return [...new Set(Array.from(found, ([, value]) => value!))];
}
