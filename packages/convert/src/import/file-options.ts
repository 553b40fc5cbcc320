import type { RedactOptions } from '@reel/core';
import type { Hints } from '../reading/recording.ts';

/** What an import of one file needs to know; plain data, so that a thread can be told. */
export interface FileOptions {
  /** `auto`, or the id of a format. */
  readonly from: string;
  readonly hints: Hints;
  /** The folder of the cassettes; absent in a dry run. */
  readonly to: string | undefined;
  readonly overwrite: boolean;
  readonly redact: RedactOptions;
  readonly normalize: boolean;
  readonly maxBytes: number;
}
