import type { Recorder as RecorderClass } from './recorder.ts';
import type { TestScope as TestScopeClass } from './test-scope.ts';

// Aliases and not the classes: a class exported as a type alone becomes a value in bundled declarations, and
// `new Recorder()` would compile.

/** One set of options at work: intercepts between `start` and `stop`, and opens a scope per test. */
export type Recorder = Pick<
  RecorderClass,
  | 'base'
  | 'mode'
  | 'onStray'
  | 'open'
  | 'options'
  | 'retire'
  | 'start'
  | 'stop'
  | 'storeAt'
  | 'strays'
  | 'takeStrays'
>;

/** One attempt of one test with its cassette. */
export type TestScope = Pick<
  TestScopeClass,
  | 'assertNoMisses'
  | 'cassette'
  | 'close'
  | 'closeNow'
  | 'enter'
  | 'isClosed'
  | 'location'
  | 'misses'
  | 'mode'
  | 'nested'
  | 'run'
  | 'test'
>;
