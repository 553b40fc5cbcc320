import { defineConfig } from 'vitest/config';

/** Runs the suite against the simulated providers themselves: no cassettes, nothing recorded. */
export default defineConfig({
  test: { include: ['test/**/*.test.ts'], globalSetup: ['./test/with-simulator.ts'] },
});
