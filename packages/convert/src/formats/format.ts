import type { Found } from '../reading/found.ts';
import type { Recording } from '../reading/recording.ts';
import type { Sample } from '../detect/sample.ts';

/** One way in which a tool writes recordings. */
export interface Format {
  readonly id: string;
  /** For people: the tool and its file type. */
  readonly label: string;
  /** Whether a file is one of these, by its beginning. */
  matches(sample: Sample): boolean;
  /** Everything in a file, in its order. Throws only where the whole file is lost. */
  read(recording: Recording): Iterable<Found>;
}
