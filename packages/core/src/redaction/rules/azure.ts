import type { ShapeRule } from '../rule.ts';

/** Azure OpenAI keys of the older form are 32 hexadecimal digits: only their field or variable name tells, never their shape. */
export const azure: readonly ShapeRule[] = [
  {
    id: 'azure-client-secret',
    source: 'gitleaks: secrets of Entra ID applications',
    // Two characters alone are too common: the one behind them counts in.
    anchors: [...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_~.-'].map(
      (next) => `Q~${next}`,
    ),
    offset: 4,
    pattern: /[\w~.]{3}\dQ~[\w~.-]{31,34}/y,
  },
  {
    id: 'azure-key',
    source: 'Microsoft common annotated security keys (CASK): 52 characters, then the marker',
    anchors: ['JQQJ9'],
    offset: 52,
    pattern: /[A-Za-z0-9]{52}JQQJ9[A-Za-z0-9]{20,}/y,
  },
];
