import { gunzipSync } from 'node:zlib';
import { headerValue, type Interaction } from '@reel/core/engine';
import { detect } from '../src/detect/detect-format.ts';
import { toInteraction } from '../src/import/to-interaction.ts';
import { Unreadable } from '../src/reading/body.ts';
import type { FoundSession } from '../src/reading/found.ts';
import { recordingOf, type Hints } from '../src/reading/recording.ts';

/** What a reader makes of a recording in memory. */
export interface ReadRecording {
  /** Id of the format, or why it is none. */
  readonly format: string;
  readonly interactions: readonly Interaction[];
  readonly skipped: readonly string[];
  readonly sessions: readonly FoundSession[];
  readonly notes: ReadonlySet<string>;
}

export function read(
  content: string | Uint8Array | object,
  name = 'recording',
  hints: Hints = {},
): ReadRecording {
  const bytes =
    content instanceof Uint8Array
      ? content
      : Buffer.from(typeof content === 'string' ? content : JSON.stringify(content));
  const detected = detect(bytes);
  const result = {
    interactions: [] as Interaction[],
    skipped: [] as string[],
    sessions: [] as FoundSession[],
    notes: new Set<string>(),
  };
  if (!('format' in detected)) return { ...result, format: detected.reason };
  const skip = (error: unknown): void => {
    if (!(error instanceof Unreadable)) throw error;
    result.skipped.push(error.message);
  };
  try {
    for (const found of detected.format.read(
      recordingOf(bytes[0] === 0x1f ? gunzipSync(bytes) : bytes, name, hints),
    )) {
      if (found.kind === 'remark') result.notes.add(found.note);
      else if (found.kind === 'session') result.sessions.push(found);
      else if (found.kind === 'skipped') result.skipped.push(found.reason);
      else {
        try {
          const { interaction, notes } = toInteraction(found);
          result.interactions.push(interaction);
          for (const note of notes) result.notes.add(note);
        } catch (error) {
          skip(error);
        }
      }
    }
  } catch (error) {
    skip(error);
  }
  return { ...result, format: detected.format.id };
}

export function bodyText({ chunks }: Interaction): string {
  return Buffer.concat(chunks.map(({ bytes }) => bytes)).toString('utf8');
}

export function requestText({ request }: Interaction): string {
  return Buffer.from(request.body).toString('utf8');
}

export function header({ response }: Interaction, name: string): string | undefined {
  return headerValue(response!.headers, name);
}
