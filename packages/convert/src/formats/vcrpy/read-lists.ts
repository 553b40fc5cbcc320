import { Unreadable } from '../../reading/body.ts';
import { bodyOf } from '../../reading/body.ts';
import { readOne } from '../../reading/each.ts';
import { fieldsOf, listOf } from '../../reading/fields.ts';
import { remark, skipped } from '../../reading/found.ts';
import { headersOf } from '../../reading/headers.ts';
import { numberOf, textOf } from '../../reading/text.ts';
import { YamlProblem, YamlReader } from '../../yaml/load.ts';
import type { Format } from '../format.ts';

/** vcrpy cassettes as LangChain's serializer writes them: one list of requests and one of responses, mostly gzipped. */
export const vcrpyLists: Format = {
  id: 'vcrpy-lists',
  label: 'vcrpy with two lists (LangChain, YAML)',
  matches: ({ yaml }) => yaml.has('requests[].uri') && (yaml.has('responses') || yaml.has('responses[]')),
  *read(recording) {
    const reader = new YamlReader();
    let document: unknown;
    try {
      [document] = reader.documents(recording.text());
    } catch (error) {
      if (!(error instanceof YamlProblem)) throw error;
      throw new Unreadable(
        `the YAML is damaged${error.line === undefined ? '' : ` at line ${error.line}`}: ${error.message}`,
      );
    }
    const requests = listOf(fieldsOf(document)?.['requests']) ?? [];
    const responses = listOf(fieldsOf(document)?.['responses']) ?? [];
    for (let index = 0; index < Math.max(requests.length, responses.length); index++) {
      const where = `request ${index + 1}`;
      const request = fieldsOf(requests[index]);
      const response = fieldsOf(responses[index]);
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
        const stored = fieldsOf(response['body']);
        return {
          kind: 'exchange',
          where,
          request: {
            method: textOf(request['method']) ?? 'GET',
            url,
            headers: headersOf(request['headers']),
            body: bodyOf(request['body'], 'its request body'),
          },
          response: {
            status: code,
            ...(message !== undefined && { statusText: message }),
            headers: headersOf(response['headers']),
            body: bodyOf(stored === undefined ? response['body'] : stored['string'], 'its response body'),
          },
          notes: ['chunk-boundaries'],
        };
      });
    }
    if (reader.hasForeignTags) yield remark('unknown-tags');
  },
};
