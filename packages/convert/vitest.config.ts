import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    // These tests record, wherever they run: against servers of their own.
    env: { REEL_ALLOW_RECORD: '1' },
    include: ['src/**/*.test.ts', 'test/**/*.test.ts'],
    testTimeout: 30_000,
    maxWorkers: 2,
  },
});
