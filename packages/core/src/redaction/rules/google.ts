import type { ShapeRule } from '../rule.ts';

export const google: readonly ShapeRule[] = [
  {
    id: 'google-api-key',
    source: 'gitleaks: 39 characters; Gemini, Maps, Firebase and every other Google API',
    anchors: ['AIza'],
    pattern: /AIza[\w-]{35,}/y,
  },
  {
    id: 'google-api-key',
    source: 'keys of AI Studio in express mode, seen in the wild; no public scanner has a rule',
    anchors: ['AQ.'],
    pattern: /AQ\.Ab[\w-]{30,}/y,
  },
  {
    id: 'google-oauth-token',
    source: 'trufflehog: OAuth access tokens',
    anchors: ['ya29.'],
    pattern: /ya29\.[\w-]{10,}(?:\.[\w-]+)*/y,
  },
  {
    id: 'google-oauth-token',
    source: 'OAuth client secrets as Google issues them',
    anchors: ['GOCSPX-'],
    pattern: /GOCSPX-[\w-]{20,}/y,
  },
  {
    id: 'google-oauth-token',
    source: 'OAuth refresh tokens as Google issues them',
    anchors: ['1//0'],
    pattern: /1\/\/0[\w-]{20,}/y,
    boundary: 'base64',
  },
];
