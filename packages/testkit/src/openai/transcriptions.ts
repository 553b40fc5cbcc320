import { createHash } from 'node:crypto';
import { tokenize } from '../brain/tokens.ts';
import { pick } from '../brain/hash.ts';
import { bytes, json, sse, stream, type Answer } from '../server/answer.ts';
import type { Call } from '../server/call.ts';
import { ApiFailure } from '../server/failure.ts';
import { readForm } from '../server/form.ts';
import { requireModel } from './read-chat.ts';

const SENTENCES = [
  'Hello, this is a short recording about nothing in particular.',
  'Could you please call me back about the café booking?',
  'The parcel arrived on Tuesday, but the box was empty.',
  'Turn left at the bridge, then it is the third door on the right.',
];

/** `POST /audio/transcriptions`. What is heard depends on the bytes of the file and nothing else. */
export async function transcribe({ request }: Call): Promise<Answer> {
  const { fields, files } = await readForm(request);
  requireModel(fields['model'] ?? '');
  const file = files['file'];
  if (file === undefined || file.bytes.length === 0)
    throw new ApiFailure(400, 'An audio file is needed.', { param: 'file' });
  const text = pick(SENTENCES, createHash('sha256').update(file.bytes).digest('hex'));
  const seconds = Math.max(1, Math.round(file.bytes.length / 16_000));
  const usage = { type: 'duration', seconds };
  if (fields['stream'] === 'true') {
    const events = tokenize(text).map((delta) => sse({ type: 'transcript.text.delta', delta }));
    return stream(
      [...events, sse({ type: 'transcript.text.done', text, usage })],
      'text/event-stream; charset=utf-8',
    );
  }
  switch (fields['response_format'] ?? 'json') {
    case 'text':
      return bytes(Buffer.from(`${text}\n`), 'text/plain; charset=utf-8');
    case 'srt':
      return bytes(
        Buffer.from(`1\n00:00:00,000 --> 00:00:0${Math.min(seconds, 9)},000\n${text}\n\n`),
        'text/plain; charset=utf-8',
      );
    case 'verbose_json': {
      const segments = [
        {
          id: 0,
          seek: 0,
          start: 0,
          end: seconds,
          text,
          tokens: [],
          temperature: 0,
          avg_logprob: -0.1,
          compression_ratio: 1,
          no_speech_prob: 0,
        },
      ];
      return json({ task: 'transcribe', language: 'english', duration: seconds, text, segments, usage });
    }
    default:
      return json({ text, usage });
  }
}
