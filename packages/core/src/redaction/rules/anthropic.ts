import type { ShapeRule } from '../rule.ts';

export const anthropic: readonly ShapeRule[] = [
  {
    id: 'anthropic-key',
    source:
      'GitHub secret scanning and gitleaks: API (api03), admin (admin01), OAuth (oat01, ort01) and session (sid01) keys',
    anchors: ['sk-ant-'],
    pattern: /sk-ant-[\w-]{16,}/y,
    boundary: 'none',
  },
];
