import type { ShapeRule } from '../rule.ts';

/** Companies that sell inference under keys with a prefix of their own. Mistral and Cohere have none: see the field rules. */
export const inferenceHosts: readonly ShapeRule[] = [
  {
    id: 'groq-key',
    source: 'secretlint and trufflehog',
    anchors: ['gsk_'],
    pattern: /gsk_[A-Za-z0-9]{40,}/y,
  },
  {
    id: 'hugging-face-token',
    source: 'gitleaks and secretlint: user and organization tokens',
    anchors: ['hf_', 'api_org_'],
    pattern: /(?:hf_|api_org_)[A-Za-z0-9]{30,}/y,
    boundary: 'run',
  },
  {
    id: 'replicate-token',
    source: 'trufflehog',
    anchors: ['r8_'],
    pattern: /r8_[\w-]{37,}/y,
    boundary: 'run',
  },
  {
    id: 'openrouter-key',
    source: 'trufflehog and GitHub secret scanning',
    anchors: ['sk-or-'],
    pattern: /sk-or-(?:v\d+-)?[A-Za-z0-9]{32,}/y,
    boundary: 'none',
  },
  {
    id: 'xai-key',
    source: 'trufflehog and GitHub secret scanning',
    anchors: ['xai-'],
    pattern: /xai-[A-Za-z0-9_]{40,}/y,
  },
  {
    id: 'perplexity-key',
    source: 'gitleaks',
    anchors: ['pplx-'],
    pattern: /pplx-[A-Za-z0-9]{40,}/y,
  },
  {
    id: 'together-key',
    source: 'prefix of keys as issued since 2025; no public scanner has a rule',
    anchors: ['tgp_v1_', 'tgp_'],
    pattern: /tgp_[\w-]{30,}/y,
  },
  {
    id: 'fireworks-key',
    source: 'prefix of keys as issued; no public scanner has a rule',
    anchors: ['fw_'],
    pattern: /fw_(?=[A-Za-z]{0,23}\d)[A-Za-z0-9]{20,}/y,
    boundary: 'run',
  },
  {
    id: 'voyage-key',
    source:
      'prefix of keys as issued; no public scanner has a rule. Digits and both cases are asked for, because the prefix is short',
    anchors: ['pa-'],
    pattern: /pa-[\w-]{40,256}/y,
    boundary: 'run',
    accept: (match) => /\d/.test(match) && /[A-Z]/.test(match) && /[a-z]/.test(match.slice(3)),
  },
  {
    id: 'cerebras-key',
    source: 'prefix of keys as issued; no public scanner has a rule',
    anchors: ['csk-'],
    pattern: /csk-[a-z0-9]{40,}/y,
  },
  {
    id: 'nvidia-key',
    source: 'trufflehog',
    anchors: ['nvapi-'],
    pattern: /nvapi-[\w-]{40,}/y,
    boundary: 'none',
  },
  {
    id: 'elevenlabs-key',
    source: 'trufflehog',
    anchors: ['sk_'],
    pattern: /sk_[a-f0-9]{48}(?![a-f0-9])/y,
  },
  {
    id: 'sk-key',
    source:
      'trufflehog (DeepSeek); Moonshot, DashScope, LiteLLM and other OpenAI-compatible hosts issue the same. After the rules of longer prefixes',
    anchors: ['sk-'],
    pattern: /sk-[\w-]{20,256}/y,
    boundary: 'run',
    // Names of style sheet classes and slugs have no digits, or only few letters between hyphens.
    accept: (match) => /\d/.test(match) && /[A-Za-z0-9]{16}/.test(match.slice(3)),
  },
];
