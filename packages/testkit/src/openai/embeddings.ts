import { embed, toBase64 } from '../brain/embed.ts';
import { countTokens } from '../brain/tokens.ts';
import { json, type Answer } from '../server/answer.ts';
import type { Call } from '../server/call.ts';
import { ApiFailure } from '../server/failure.ts';
import { number, text } from '../server/json.ts';
import { requireModel } from './read-chat.ts';

/** `POST /embeddings`. Floats unless `encoding_format` is `base64`, which the official Node client asks for by itself. */
export function embeddings({ body }: Call, model = text(body['model'])): Answer {
  requireModel(model);
  const inputs = toInputs(body['input']);
  const dimensions = number(body['dimensions']) ?? (model.includes('3-large') ? 3072 : 1536);
  const tokens = inputs.reduce((total, input) => total + countTokens(input), 0);
  const data = inputs.map((input, index) => {
    const vector = embed(input, dimensions);
    const embedding = body['encoding_format'] === 'base64' ? toBase64(vector) : [...vector];
    return { object: 'embedding', index, embedding };
  });
  return json({ object: 'list', data, model, usage: { prompt_tokens: tokens, total_tokens: tokens } });
}

/** A text, a list of texts, a list of token numbers, or a list of those. */
function toInputs(input: unknown): string[] {
  const inputs = Array.isArray(input) && typeof input[0] !== 'number' ? input : [input];
  const texts = inputs.map((one) =>
    typeof one === 'string' ? one : Array.isArray(one) ? one.join(' ') : '',
  );
  if (texts.length === 0 || texts.includes('')) {
    throw new ApiFailure(400, 'The input must be a text that is not empty, or a list of such texts.', {
      param: 'input',
    });
  }
  return texts;
}
