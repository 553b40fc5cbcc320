import { expect, test } from 'vitest';
import { assertNode } from './assert-node.ts';

test.each(['20.20.2', '22.17.1'])('Node %s is refused in one sentence', (version) => {
  expect(() => assertNode(version)).toThrow(`this is Node ${version}, and Reel needs Node 22.18 or later`);
});

test.each(['22.18.0', '24.21.0', '27.0.0'])('Node %s is supported', (version) => {
  expect(() => assertNode(version)).not.toThrow();
});
