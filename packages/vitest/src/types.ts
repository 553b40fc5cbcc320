import type { ReelOptions, ResolvedMode, ScopeReport } from '@reel/core';
// Makes `configureVitest` known to Vite's plugin type.
import type {} from 'vitest/config';

/** What the plugin hands to the workers. Has to survive the structured clone. */
export interface Provided {
  readonly options: ReelOptions;
  /** Where those options were written, for errors. */
  readonly optionsSource: string;
  readonly runnerMode: ResolvedMode | undefined;
  /** Folder of the Vitest root: file names in messages are relative to it. */
  readonly root: string;
  /** Where the processes of the run leave claims on cassettes they record. */
  readonly runFolder: string;
  /** Name of the project; absent when the run has no projects. */
  readonly project: string | undefined;
  /** How this Vitest makes the full name that `-t` is compared with. */
  readonly joinsTitlesBySpace: boolean;
  /** Vm pools get a new realm per file; what was patched for one must not outlive it. */
  readonly hasOwnRealm: boolean;
}

declare module 'vitest' {
  interface TaskMeta {
    /** What Reel saw in the last attempt of this test, or in the hooks of this file. */
    reel?: ScopeReport[];
  }
  interface ProvidedContext {
    reel: Provided;
  }
}
