import type { HeaderList } from '../model/headers.ts';
import type { RecordedRequest } from '../model/interaction.ts';
import { plainBytes } from './body-bytes.ts';
import { fromByteText, toByteText } from './byte-text.ts';
import { applyEdits, settleEdits } from './edits.ts';
import { digest } from './digest.ts';
import { idLike, isDistinctive } from './generated-id.ts';
import { withLengthChange } from './header-edits.ts';
import { anchorOf, IdMap } from './id-map.ts';
import type { Facts, HeaderId, Named } from './reading.ts';
import { RunSet } from './run-set.ts';
import { headersWithIds, withIds } from './with-ids.ts';

/**
 * The ids of a cassette, as they come together: told of each interaction in the order of the cassette. What is learned depends on
 * that order, so it is one thread's work, and all that can be done before or after is done in the two passes beside it.
 */
export class CassetteIds {
  /** Complete after the last interaction. */
  readonly ids: IdMap = new IdMap();
  readonly #keyOf: (request: RecordedRequest) => string;
  /** Runs of letters and digits that some request had, to tell ids of the client. */
  readonly #sent = new RunSet();
  readonly #occurrences = new Map<string, number>();

  /** @param keyOf as in `NormalizeOptions`. */
  constructor(keyOf: (request: RecordedRequest) => string) {
    this.#keyOf = keyOf;
  }

  /** Names what the next interaction brings. */
  learn({ request: original, sent, answer }: Facts): Named {
    this.#sent.addRuns(sent);
    const request = rewriteRequest(original, this.ids);
    if (answer === undefined) return { request, headers: [] };

    // Of a request that quotes no id, the key may be known already.
    const key = (request === original ? answer.key : undefined) ?? this.#keyOf(request);
    const occurrence = this.#occurrences.get(key) ?? 0;
    this.#occurrences.set(key, occurrence + 1);
    const nameOf = (value: string, place: string): string =>
      idLike(value, digest(`${key}\n${occurrence}\n${place}`));

    for (const { value, place, evenIfSent } of answer.ids) {
      if (this.ids.get(value) === undefined && (evenIfSent || !this.#isSent(value)))
        this.ids.add(value, nameOf(value, place));
    }
    return { request, headers: this.#nameHeaders(answer.headers, answer.headerIds, nameOf) };
  }

  #nameHeaders(
    headers: HeaderList,
    headerIds: readonly HeaderId[],
    nameOf: (value: string, place: string) => string,
  ): HeaderList {
    let named: (readonly [string, string])[] | undefined;
    for (const { index, place } of headerIds) {
      const [name, value] = headers[index]!;
      if (this.#isSent(value)) continue;
      let replacement = this.ids.get(value);
      if (replacement === undefined) {
        replacement = nameOf(value, place);
        // An indistinct one is replaced here, where it is known for what it is, and nowhere else.
        if (isDistinctive(value)) this.ids.add(value, replacement);
      }
      if (replacement === value) continue;
      named ??= [...headers];
      named[index] = [name, replacement];
    }
    return named ?? headers;
  }

  #isSent(value: string): boolean {
    return this.#sent.has(anchorOf(value).anchor);
  }
}

function rewriteRequest(request: RecordedRequest, ids: IdMap): RecordedRequest {
  if (ids.size === 0) return request;
  const inBody = ids.findIn(plainBytes(request.body));
  const url = withIds(request.url, ids);
  const headers = headersWithIds(request.headers, ids);
  if (inBody.length === 0 && url === request.url && headers === request.headers) return request;
  const before = toByteText(request.body);
  const after = applyEdits(before, settleEdits(inBody));
  if (after === before && url === request.url && headers === request.headers) return request;
  return {
    ...request,
    url,
    headers: withLengthChange(headers, after.length - before.length),
    body: after === before ? request.body : fromByteText(after),
  };
}
