import { base64Body, fromText, Unreadable } from '../../reading/body.ts';
import { readOne } from '../../reading/each.ts';
import { fieldsOf, listOf, type Fields } from '../../reading/fields.ts';
import type { Found, FoundRequest } from '../../reading/found.ts';
import { headersOf } from '../../reading/headers.ts';
import { beginsWith, readItems } from '../../reading/list.ts';
import { numberOf, textOf, timeOf } from '../../reading/text.ts';
import { jsonItems, type JsonItem } from '../../json/items.ts';
import { parseJson } from '../../json/parse.ts';
import type { Recording } from '../../reading/recording.ts';
import type { Format } from '../format.ts';

/** Snapshots of undici's SnapshotAgent: a list of `{ hash, snapshot }`, or the older map from hash to snapshot. */
export const undici: Format = {
  id: 'undici',
  label: 'undici SnapshotAgent (JSON)',
  matches: ({ first, object }) => {
    if ('hash' in first && 'snapshot' in first) return true;
    const [snapshot] = Object.values(object).map((value) => fieldsOf(value));
    return (
      snapshot !== undefined && 'request' in snapshot && ('responses' in snapshot || 'callCount' in snapshot)
    );
  },
  read: (recording) => readItems(snapshotsOf(recording), 'snapshot', readSnapshot),
};

function* snapshotsOf(recording: Recording): Generator<JsonItem> {
  if (beginsWith(recording, '[')) {
    for (const item of jsonItems(recording, []))
      yield 'problem' in item ? item : { number: item.number, value: fieldsOf(item.value)?.['snapshot'] };
    return;
  }
  let snapshots: unknown;
  try {
    snapshots = parseJson(recording.text());
  } catch {
    throw new Unreadable('it is not valid JSON');
  }
  let number = 0;
  for (const value of Object.values(fieldsOf(snapshots) ?? {})) yield { value, number: ++number };
}

function* readSnapshot(snapshot: Fields | undefined, where: string): Generator<Found> {
  const request = fieldsOf(snapshot?.['request']);
  const url = textOf(request?.['url']);
  const responses = listOf(snapshot?.['responses']) ?? (snapshot?.['response'] ? [snapshot['response']] : []);
  if (request === undefined || url === undefined) throw new Unreadable('it has no request with a URL');
  if (responses.length === 0) throw new Unreadable('it has no response');
  const body = textOf(request['body']) ?? '';
  // What undici makes of the body that Node's own fetch hands it.
  if (/^\[object [A-Za-z]+\]$/.test(body))
    throw new Unreadable(`its request body was not recorded (undici wrote "${body}"): record it again`);
  const asked: FoundRequest = {
    method: textOf(request['method']) ?? 'GET',
    url,
    headers: headersOf(request['headers']),
    body: fromText(body),
  };
  const recordedAt = timeOf(snapshot?.['timestamp']);
  for (const [index, item] of responses.entries()) {
    const place = responses.length === 1 ? where : `${where}, response ${index + 1}`;
    yield* readOne(place, () => {
      const response = fieldsOf(item);
      const status = numberOf(response?.['statusCode'] ?? response?.['status']);
      if (response === undefined || status === undefined) throw new Unreadable('its response has no status');
      const trailers = headersOf(response['trailers']);
      return {
        kind: 'exchange',
        where: place,
        request: asked,
        response: {
          status,
          headers: headersOf(response['headers']),
          body: base64Body(textOf(response['body']) ?? '', 'its response body'),
        },
        ...(trailers.length > 0 && { ending: { kind: 'end', trailers } }),
        ...(recordedAt !== undefined && { recordedAt }),
        notes: ['chunk-boundaries'],
      };
    });
  }
}
