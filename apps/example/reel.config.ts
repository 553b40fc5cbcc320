import { defineConfig } from '@reel/core';

/** The same tests, written for each runner, share one set of cassettes: the names of these folders are no part of a cassette's name. */
export default defineConfig({
  dir: 'test/cassettes',
  testDirs: ['test', 'jest', 'mocha', 'e2e'],
});
