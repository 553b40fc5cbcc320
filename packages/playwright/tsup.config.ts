import { defineConfig } from 'tsup';

export default defineConfig({
  entry: ['src/index.ts', 'src/config.ts', 'src/reporter.ts'],
  format: ['esm'],
  // Playwright reads the parameters of fixtures from their source: object patterns have to survive.
  target: 'node22',
  platform: 'node',
  dts: true,
  clean: true,
  splitting: true,
});
