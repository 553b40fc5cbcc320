import type { Interaction } from '@reel/core/engine';
import { detect } from '../../src/detect/detect-format.ts';
import { findSources } from '../../src/import/sources.ts';
import { toInteraction } from '../../src/import/to-interaction.ts';
import { Unreadable } from '../../src/reading/body.ts';
import { openRecording } from '../../src/reading/recording.ts';

/** The exchanges of one file as they were recorded: not redacted, not normalized. */
export interface RawCassette {
  readonly file: string;
  readonly format: string;
  readonly interactions: readonly Interaction[];
  readonly skipped: readonly string[];
}

export function readSource(path: string): RawCassette[] {
  return findSources([path]).flatMap((source) => {
    if (source.reason !== undefined) return [];
    const recording = openRecording({ ...source, maxBytes: 512e6, hints: {} });
    const detected = detect(recording.head);
    if (!('format' in detected)) return [];
    const interactions: Interaction[] = [];
    const skipped: string[] = [];
    const orSkip = (read: () => void): void => {
      try {
        read();
      } catch (error) {
        if (!(error instanceof Unreadable)) throw error;
        skipped.push(error.message);
      }
    };
    orSkip(() => {
      for (const found of detected.format.read(recording)) {
        if (found.kind === 'session')
          skipped.push('a WebSocket session: imported, and replayed by a test of its own');
        else if (found.kind === 'skipped') skipped.push(found.reason);
        else if (found.kind === 'exchange')
          orSkip(() => void interactions.push(toInteraction(found).interaction));
      }
    });
    return [{ file: source.name, format: detected.format.id, interactions, skipped }];
  });
}
