export { mochaGlobalSetup, mochaGlobalTeardown } from './global-fixtures.ts';
export { mochaHooks } from './root-hooks.ts';
export { useCassette } from '@reel/core';
export type { ReelOptions } from '@reel/core';
