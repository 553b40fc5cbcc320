import { hash, seededBytes } from '../brain/hash.ts';
import { countTokens } from '../brain/tokens.ts';
import { sse, stream, type Answer } from '../server/answer.ts';
import type { Call } from '../server/call.ts';
import { ApiFailure } from '../server/failure.ts';
import { text } from '../server/json.ts';
import { requireModel } from './read-chat.ts';

const TYPES: Readonly<Record<string, string>> = {
  mp3: 'audio/mpeg',
  opus: 'audio/opus',
  aac: 'audio/aac',
  flac: 'audio/flac',
  wav: 'audio/wav',
  pcm: 'audio/pcm',
};
const BYTES_PER_FRAME = 417;

/**
 * `POST /audio/speech`: binary audio in pieces, or base64 pieces as server-sent events with `stream_format: sse`. The
 * bytes depend on the text and the voice alone; they are noise behind a frame header, not sound.
 */
export function speak({ body }: Call): Answer {
  requireModel(text(body['model']));
  const input = text(body['input']);
  if (input === '') throw new ApiFailure(400, 'A text to speak is needed.', { param: 'input' });
  const format = text(body['response_format']) || 'mp3';
  const type = TYPES[format];
  if (type === undefined)
    throw new ApiFailure(400, `There is no audio format '${format}'.`, { param: 'response_format' });
  const frames = toFrames(`${text(body['voice'])}:${input}`, format, countTokens(input) * 2);
  if (body['stream_format'] !== 'sse') return stream(frames, type);
  const events = frames.map((frame) => sse({ type: 'speech.audio.delta', audio: frame.toString('base64') }));
  const usage = { input_tokens: countTokens(input), output_tokens: frames.length * 4 };
  const done = {
    type: 'speech.audio.done',
    usage: { ...usage, total_tokens: usage.input_tokens + usage.output_tokens },
  };
  return stream([...events, sse(done), sse('[DONE]')], 'text/event-stream; charset=utf-8', {
    headers: [['cache-control', 'no-store']],
  });
}

function toFrames(seed: string, format: string, count: number): Buffer[] {
  const noise = seededBytes(hash(seed), count * BYTES_PER_FRAME);
  const frames = Array.from({ length: count }, (_, at) => {
    const frame = Buffer.from(noise.subarray(at * BYTES_PER_FRAME, (at + 1) * BYTES_PER_FRAME));
    // Frame header of MPEG-1 layer III, 128 kbit/s, 44.1 kHz.
    if (format === 'mp3') frame.set([0xff, 0xfb, 0x90, 0x64]);
    return frame;
  });
  return format === 'wav' ? [wavHeader(noise.length), ...frames] : frames;
}

function wavHeader(length: number): Buffer {
  const header = Buffer.alloc(44);
  header.write('RIFF', 0);
  header.writeUInt32LE(36 + length, 4);
  header.write('WAVEfmt ', 8);
  header.writeUInt32LE(16, 16);
  header.writeUInt16LE(1, 20);
  header.writeUInt16LE(1, 22);
  header.writeUInt32LE(24_000, 24);
  header.writeUInt32LE(48_000, 28);
  header.writeUInt16LE(2, 32);
  header.writeUInt16LE(16, 34);
  header.write('data', 36);
  header.writeUInt32LE(length, 40);
  return header;
}
