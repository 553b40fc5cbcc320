import type { Interaction } from '@reel/core/engine';

/** An interaction on its way out. */
export interface ExportedExchange {
  readonly interaction: Interaction;
  /** Notes what the format cannot carry of it. */
  readonly lose: (what: string) => void;
}

export interface ExportLoss {
  readonly text: string;
  readonly count: number;
}

/** A finished file. */
export interface ExportedFile {
  readonly text: string;
  readonly extension: string;
}
