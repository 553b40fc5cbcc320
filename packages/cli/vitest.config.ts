import { defineConfig } from 'vitest/config';

// Most tests start the command as a process of its own: two at a time are enough for two cores.
export default defineConfig({
  test: { include: ['{src,test}/**/*.test.ts'], testTimeout: 60_000, maxWorkers: 2 },
});
