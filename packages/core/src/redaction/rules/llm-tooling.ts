import type { ShapeRule } from '../rule.ts';

/** Tracing, vector stores, gateways, search and other services around a model. */
export const llmTooling: readonly ShapeRule[] = [
  {
    id: 'langsmith-key',
    source: 'trufflehog and GitHub secret scanning',
    anchors: ['lsv2_'],
    pattern: /lsv2_(?:pt|sk)_[A-Za-z0-9]{32}_[A-Za-z0-9]{10,}/y,
  },
  {
    id: 'langfuse-key',
    source: 'trufflehog: secret and public key; the public one identifies the project',
    anchors: ['sk-lf-', 'pk-lf-'],
    pattern: /[sp]k-lf-[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}/y,
  },
  {
    id: 'vercel-token',
    source: 'secretlint: access, integration and AI Gateway (vck) tokens',
    anchors: ['vcp_', 'vci_', 'vca_', 'vcr_', 'vck_'],
    pattern: /vc[piark]_[A-Za-z0-9]{20,}/y,
  },
  {
    id: 'pinecone-key',
    source: 'trufflehog and GitHub secret scanning',
    anchors: ['pcsk_'],
    pattern: /pcsk_[A-Za-z0-9]{5,6}_[A-Za-z0-9]{50,}/y,
  },
  {
    id: 'databricks-token',
    source: 'gitleaks',
    anchors: ['dapi'],
    pattern: /dapi[a-f0-9]{32}(?:-\d)?(?![A-Za-z0-9])/y,
  },
  {
    id: 'posthog-key',
    source: 'gitleaks: personal keys. Project keys (phc_) are public',
    anchors: ['phx_'],
    pattern: /phx_\w{40,}/y,
  },
  {
    id: 'tavily-key',
    source: 'prefix of keys as issued',
    anchors: ['tvly-'],
    pattern: /tvly-(?=[A-Za-z-]{0,40}\d)[\w-]{20,}/y,
  },
  {
    id: 'sentry-token',
    source: 'gitleaks: organization and user tokens',
    anchors: ['sntrys_', 'sntryu_'],
    pattern: /sntry[su]_[\w+/=-]{40,}/y,
    boundary: 'none',
  },
  {
    id: 'notion-token',
    source: 'gitleaks: integration tokens',
    anchors: ['ntn_', 'secret_'],
    pattern: /(?:ntn_|secret_)[A-Za-z0-9]{40,}/y,
  },
  {
    id: 'linear-key',
    source: 'gitleaks',
    anchors: ['lin_api_', 'lin_oauth_'],
    pattern: /lin_(?:api|oauth)_[A-Za-z0-9]{32,}/y,
  },
];
