import { fileURLToPath } from 'node:url';

/**
 * What runs in every worker before each test file. It is plain JavaScript with the ending of TypeScript: that is what Vitest inlines
 * wherever it lies, and a setup that is not inlined runs once per worker, so that without isolation only the first file had hooks.
 */
export const setupFile: string = fileURLToPath(new URL('./setup.mts', import.meta.url));
