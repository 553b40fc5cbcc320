import type { ReelOptions as Options } from '@reel/core';

export { withReel } from './with-reel.ts';
export type { JestConfig } from './with-reel.ts';
export { useCassette } from '@reel/core';
// Not re-exported: a declaration file of CommonJS does not say that such a name is a type alone.
export type ReelOptions = Options;
