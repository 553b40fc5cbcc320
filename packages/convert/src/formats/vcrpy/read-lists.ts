import { addressOf } from '../../reading/address.ts';
import { bodyOf, Unreadable } from '../../reading/body.ts';
import { readOne } from '../../reading/each.ts';
import { fieldsOf } from '../../reading/fields.ts';
import { remark, skipped } from '../../reading/found.ts';
import { headersOf } from '../../reading/headers.ts';
import type { NoteCode } from '../../reading/notes.ts';
import { numberOf, textOf } from '../../reading/text.ts';
import { yamlItems } from '../../yaml/items.ts';
import { YamlReader } from '../../yaml/load.ts';
import type { Format } from '../format.ts';

/** vcrpy cassettes as LangChain's serializer writes them: one list of requests and one of responses, mostly gzipped. */
export const vcrpyLists: Format = {
  id: 'vcrpy-lists',
  label: 'vcrpy with two lists (LangChain, YAML)',
  matches: ({ yaml, isCut }) =>
    yaml.has('responses') ? yaml.has('requests[].uri') : isCut && yaml.has('requests[].body'),
  *read(recording) {
    const reader = new YamlReader();
    const requests = [...yamlItems(recording, ['requests'], reader)];
    const responses = [...yamlItems(recording, ['responses'], reader)];
    for (let index = 0; index < Math.max(requests.length, responses.length); index++) {
      const where = `request ${index + 1}`;
      const pair = [requests[index], responses[index]];
      const damaged = pair.find((item) => item !== undefined && 'problem' in item);
      if (damaged !== undefined && 'problem' in damaged) {
        yield remark('damaged-file');
        yield skipped(where, damaged.problem);
        continue;
      }
      const [request, response] = pair.map((item) =>
        item === undefined || 'problem' in item ? undefined : fieldsOf(item.value),
      );
      if (request === undefined || response === undefined) {
        yield skipped(where, `it has no ${request === undefined ? 'request' : 'response'}`);
        continue;
      }
      yield* readOne(where, () => {
        const status = fieldsOf(response['status']);
        const code = numberOf(status?.['code'] ?? response['status_code']);
        const url = textOf(request['uri']);
        if (code === undefined || url === undefined) throw new Unreadable('it has no status or no URI');
        const message = textOf(status?.['message']);
        const notes: NoteCode[] = ['chunk-boundaries'];
        const stored = fieldsOf(response['body']);
        return {
          kind: 'exchange',
          where,
          request: {
            method: textOf(request['method']) ?? 'GET',
            url: addressOf(url, recording, notes),
            headers: headersOf(request['headers']),
            body: bodyOf(request['body'], 'its request body'),
          },
          response: {
            status: code,
            ...(message !== undefined && { statusText: message }),
            headers: headersOf(response['headers']),
            body: bodyOf(stored === undefined ? response['body'] : stored['string'], 'its response body'),
          },
          notes,
        };
      });
    }
    if (reader.hasForeignTags) yield remark('unknown-tags');
  },
};
