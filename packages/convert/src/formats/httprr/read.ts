import { Unreadable } from '../../reading/body.ts';
import { readOne } from '../../reading/each.ts';
import { remark, skipped, type FoundExchange } from '../../reading/found.ts';
import { readWire } from '../../reading/wire.ts';
import { headerValue } from '@reel/core/engine';
import type { Format } from '../format.ts';

const magic = 'httprr trace v1\n';

/** Go's httprr: requests and responses as wire text, each pair after a line with their lengths in bytes. */
export const httprr: Format = {
  id: 'httprr',
  label: 'httprr (Go)',
  matches: ({ text }) => text.startsWith('httprr trace v1'),
  *read(recording) {
    const trace = Buffer.from(recording.bytes());
    let at = trace.indexOf('\n') + 1;
    for (let number = 1; at < trace.byteLength && at >= magic.length; number++) {
      const where = `exchange ${number}`;
      const lineEnd = trace.indexOf('\n', at);
      const sizes = /^(\d+) (\d+)\r?$/.exec(trace.toString('latin1', at, lineEnd === -1 ? at : lineEnd));
      if (sizes === null) {
        yield remark('damaged-file');
        yield skipped(where, 'the line with the lengths of its messages is damaged');
        return;
      }
      const from = lineEnd + 1;
      const middle = from + Number(sizes[1]);
      at = middle + Number(sizes[2]);
      if (at > trace.byteLength) {
        yield remark('damaged-file');
        yield skipped(where, 'the file ends in the middle of it');
        return;
      }
      const [request, response] = [trace.subarray(from, middle), trace.subarray(middle, at)];
      yield* readOne(where, () => readPair(request, response, where));
    }
  },
};

function readPair(requestBytes: Uint8Array, responseBytes: Uint8Array, where: string): FoundExchange {
  const request = readWire(requestBytes);
  const response = readWire(responseBytes);
  const [method, target] = request.start.split(' ');
  const status = /^HTTP\/[\d.]+ (\d{3})(?: (.*))?$/.exec(response.start);
  if (method === undefined || target === undefined) throw new Unreadable('its request line is damaged');
  if (status === null) throw new Unreadable('its status line is damaged');
  const url = /^https?:/i.test(target)
    ? target
    : `https://${headerValue(request.headers, 'host') ?? ''}${target}`;
  return {
    kind: 'exchange',
    where,
    request: { method, url, headers: request.headers, body: request.body },
    response: {
      status: Number(status[1]),
      ...(status[2] !== undefined && { statusText: status[2] }),
      headers: response.headers,
      body: response.body,
    },
    notes: ['chunk-boundaries'],
  };
}
