import { hash } from '../brain/hash.ts';
import { png } from '../brain/png.ts';
import { countTokens } from '../brain/tokens.ts';
import { json, type Answer } from '../server/answer.ts';
import type { Call } from '../server/call.ts';
import { ApiFailure } from '../server/failure.ts';
import { number, text } from '../server/json.ts';
import { requireModel } from './read-chat.ts';

/** `POST /images/generations`: real PNGs in `b64_json`, whose colors depend on the prompt alone. */
export function generateImage({ body }: Call): Answer {
  requireModel(text(body['model']) || 'gpt-image-1');
  const prompt = text(body['prompt']);
  if (prompt === '') throw new ApiFailure(400, 'A prompt is needed.', { param: 'prompt' });
  const images = Array.from({ length: number(body['n']) ?? 1 }, (_, at) => png(hash(`${prompt}#${at}`), 64));
  const text_tokens = countTokens(prompt);
  const output_tokens = 272 * images.length;
  return json(
    {
      created: Math.floor(Date.now() / 1000),
      background: 'opaque',
      data: images.map((image) => ({ b64_json: image.toString('base64') })),
      output_format: 'png',
      quality: 'low',
      size: '1024x1024',
      usage: {
        input_tokens: text_tokens,
        input_tokens_details: { image_tokens: 0, text_tokens },
        output_tokens,
        total_tokens: text_tokens + output_tokens,
      },
    },
    { indent: 2 },
  );
}
