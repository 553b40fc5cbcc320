import { defineConfig } from 'tsup';

export default defineConfig({
  entry: ['src/main.ts'],
  format: ['esm'],
  target: 'node22',
  platform: 'node',
  clean: true,
  // One file per command, loaded when it is called: `--help` reads none of them.
  splitting: true,
  // Leaves of package.json, which `version.ts` imports, the version alone.
  treeshake: true,
});
