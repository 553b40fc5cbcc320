import { copyFile } from 'node:fs/promises';
import { defineConfig } from 'tsup';

export default defineConfig({
  entry: ['src/index.ts', 'src/setup.ts'],
  format: ['esm'],
  // Vitest reads the parameters of hooks from their source: object patterns have to survive.
  target: 'node22',
  platform: 'node',
  dts: true,
  clean: true,
  splitting: true,
  // Vitest inlines files with this ending, wherever they lie: see src/setup-file.ts.
  onSuccess: () => copyFile('dist/setup.js', 'dist/setup.mts'),
});
