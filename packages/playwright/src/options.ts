import type { ReelOptions } from '@reel/core';

/** How calls of the browser page to LLM hosts are answered. */
export type BrowserWay =
  /** By `context.route`: in any browser, with no proxy, each answer in one piece. */
  | 'route'
  /** Through a proxy of the worker's own: streams keep their pieces and, with `timing: 'recorded'`, their times. */
  | 'stream'
  /** Not at all: they go to the network. For suites whose pages have another answer for them. */
  | 'off';

/** Options of Reel, and what only Playwright needs. */
export interface PlaywrightReelOptions extends ReelOptions {
  /** Default `route`. */
  readonly browser?: BrowserWay;
}

/** What `use` takes: in the config, in a project, or at the top of a test file. */
export interface ReelUse {
  /** `replay` (default), `record`, `record-if-missing`, `once` or `live`. The variable `REEL_MODE` wins over it. */
  reelMode: string | undefined;
  reelOptions: PlaywrightReelOptions;
}

/** Where options were written, for errors. */
export const optionsSource = 'use: { reelOptions } in the Playwright config';

/** The options that core knows. */
export function coreOptions({ reelMode, reelOptions }: Partial<ReelUse>): ReelOptions {
  const { browser: _browser, ...options } = reelOptions ?? {};
  return { ...options, ...(reelMode !== undefined && { mode: reelMode }) };
}
