import type { ShapeRule } from '../rule.ts';

export const openai: readonly ShapeRule[] = [
  {
    id: 'openai-key',
    source:
      'GitHub secret scanning and gitleaks: project, service account and admin keys; lengths have changed over time',
    anchors: ['sk-proj-', 'sk-svcacct-', 'sk-admin-', 'sk-service-'],
    pattern: /sk-(?:proj|svcacct|admin|service)-[\w-]{20,}/y,
    boundary: 'none',
  },
  {
    id: 'openai-key',
    source: 'gitleaks and trufflehog: the older form carries a fixed marker in the middle',
    anchors: ['sk-'],
    pattern: /sk-[A-Za-z0-9]{20}T3BlbkFJ[A-Za-z0-9]{20,}/y,
  },
  {
    id: 'openai-session-key',
    source: 'OpenAI API reference: client secrets of Realtime sessions; older dashboard sessions',
    anchors: ['ek_', 'sess-'],
    pattern: /(?:ek_|sess-)(?=[A-Za-z]{0,40}\d)[A-Za-z0-9]{20,}/y,
    boundary: 'run',
  },
];
