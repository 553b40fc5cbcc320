import { cpSync } from 'node:fs';
import { defineConfig } from 'tsup';

export default defineConfig({
  entry: [
    'src/index.ts',
    'src/adapter.ts',
    'src/engine.ts',
    'src/register.ts',
    'src/bin/check-secrets.ts',
    // A thread of `checkMany`.
    'src/check-worker.ts',
  ],
  format: ['esm', 'cjs'],
  target: 'node22',
  platform: 'node',
  dts: true,
  clean: true,
  splitting: true,
  // Leaves of package.json, too, which `version.ts` imports, the version alone.
  treeshake: true,
  // Error messages point at these pages, and they at the guides; an installed package has no repository around it.
  onSuccess: async () =>
    cpSync('../../docs', 'docs', {
      recursive: true,
      filter: (path) => !/[\\/]docs[\\/](?:decisions|contributing\.md|benchmarks\.md)/.test(path),
    }),
});
