import type { NoteCode } from '../reading/notes.ts';

/** What an import did: every file and every exchange is in it, imported or with the reason why not. */
export interface ImportReport {
  readonly dryRun: boolean;
  /** The folder of the cassettes. */
  readonly to: string;
  readonly files: readonly ImportedFile[];
  readonly totals: {
    readonly files: number;
    /** Files of which at least one exchange was imported. */
    readonly importedFiles: number;
    /** Files of which nothing was imported. */
    readonly skippedFiles: number;
    readonly exchanges: number;
    /** Exchanges, sessions and unreadable pieces that were left out. */
    readonly skipped: number;
    readonly bytes: number;
  };
  readonly milliseconds: number;
}

export interface ImportedFile {
  /** As found: relative to the folder that was given, or as it was given. */
  readonly file: string;
  /** `undefined` when the file is no recording. */
  readonly format: string | undefined;
  /** Bytes on disk. */
  readonly bytes: number;
  /** Where the exchanges are now, relative to {@link ImportReport.to}, without extension. Absent when nothing was imported. */
  readonly cassette?: string;
  /** Exchanges that were imported. */
  readonly exchanges: number;
  readonly skipped: readonly SkippedPart[];
  /** Why nothing of the file was imported. */
  readonly problem?: string;
  readonly notes: readonly ImportNote[];
}

export interface SkippedPart {
  readonly where: string;
  readonly reason: string;
}

/** What a format could not carry, or what was done about it. */
export interface ImportNote {
  readonly code: NoteCode;
  /** A sentence for people. */
  readonly text: string;
  /** Exchanges it holds for; 1 for what is said of the file. */
  readonly count: number;
}
