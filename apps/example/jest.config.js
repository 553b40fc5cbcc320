import { withReel } from '@reel/jest';

export default withReel({
  testMatch: ['<rootDir>/jest/**/*.test.ts'],
  // Jest runs CommonJS, and knows no TypeScript.
  transform: {
    '\\.ts$': ['@swc/jest', { jsc: { target: 'es2022' }, module: { type: 'commonjs' } }],
  },
  watchman: false,
});
