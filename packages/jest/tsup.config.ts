import { defineConfig } from 'tsup';

export default defineConfig({
  entry: ['src/index.ts', 'src/reporter.ts', 'src/setup.ts'],
  // Inside Jest's sandbox `require` knows CommonJS only.
  format: ['cjs'],
  target: 'node22',
  platform: 'node',
  // Jest serves it to whoever asks from inside a test file; it is no dependency.
  external: ['@jest/globals'],
  dts: true,
  clean: true,
  splitting: false,
});
