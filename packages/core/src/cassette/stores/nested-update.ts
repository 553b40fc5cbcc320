import { ReelError } from '../../errors.ts';

/** `update` inside the `change` of the same cassette could only wait for itself. */
export function nestedUpdate(where: string): ReelError {
  return new ReelError('REEL_CASSETTE_LOCKED', {
    what: 'The cassette is being updated by the code that asks to update it.',
    where,
    fix: 'return the new content from the first update instead of starting a second one inside it.',
  });
}
