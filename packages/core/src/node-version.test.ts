import { expect, test } from 'vitest';
import { assertNodeVersion } from './node-version.ts';

test.each(['18.20.4', '20.20.2', '22.17.1'])('Node %s is refused in one sentence', (version) => {
  expect(() => assertNodeVersion(version)).toThrow(
    `REEL_RUNNER_UNSUPPORTED: this is Node ${version}, and Reel needs Node 22.18 or later`,
  );
});

test.each(['22.18.0', '24.0.0', '26.1.0-nightly'])('Node %s is supported', (version) => {
  expect(() => assertNodeVersion(version)).not.toThrow();
});
