import { describe } from 'vitest';
import { describeAdapter } from '@reel/testkit/adapter-conformance';
import { mochaDriver } from './driver.ts';

describe('serial, CommonJS', () => {
  describeAdapter(mochaDriver());
});

describe('parallel, ES modules', () => {
  describeAdapter(mochaDriver({ parallel: true, modules: 'esm' }));
});
