export { reel } from './plugin.ts';
export { useCassette } from '@reel/core';
export type { ReelOptions } from '@reel/core';
