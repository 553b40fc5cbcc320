import { defineConfig } from 'vitest/config';

// Every test starts a runner of its own: two at a time are enough for two cores.
export default defineConfig({
  test: { include: ['{src,test}/**/*.test.ts'], testTimeout: 60_000, maxWorkers: 2 },
});
