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
  treeshake: true,
  // Error messages point at these pages; an installed package has no repository around it.
  onSuccess: async () => cpSync('../../docs/errors', 'docs/errors', { recursive: true }),
});
