import { defineConfig } from 'vitest/config';

// Every test starts a Playwright of its own, with workers and servers: one file at a time is enough for two cores.
export default defineConfig({
  test: { include: ['src/**/*.test.ts', 'test/**/*.test.ts'], testTimeout: 90_000, maxWorkers: 2 },
});
