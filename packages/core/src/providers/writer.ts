import { openaiCompatible } from './openai-compatible.ts';
import { isFinishedOrDone } from './openai-protocol.ts';
import { pathOf } from './payloads.ts';

/** Writer: chat as OpenAI, `/v1/completions` as a stream of `{"value"}` that ends by closing, with no last word. */
export const writer = openaiCompatible({
  id: 'writer',
  hosts: ['api.writer.com'],
  keyVariables: ['WRITER_API_KEY'],
  isComplete: (response) =>
    isFinishedOrDone(response) ||
    (pathOf(response.url).endsWith('/v1/completions') &&
      response.events !== undefined &&
      response.events.length > 0),
});
