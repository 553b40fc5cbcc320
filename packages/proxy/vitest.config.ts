import { defineConfig } from 'vitest/config';

// Many tests start other programs: two at a time are enough for two cores.
export default defineConfig({
  test: { include: ['src/**/*.test.ts', 'test/**/*.test.ts'], testTimeout: 60_000, maxWorkers: 2 },
});
