export { findBrowser } from './find-browser.ts';
export type { FoundBrowser, MissingBrowser } from './find-browser.ts';
