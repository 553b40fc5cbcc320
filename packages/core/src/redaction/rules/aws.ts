import type { ShapeRule } from '../rule.ts';

export const aws: readonly ShapeRule[] = [
  {
    id: 'aws-access-key-id',
    source:
      'gitleaks; AWS IAM user guide, unique identifiers. AROA, AIDA and the like name things and open nothing',
    anchors: ['AKIA', 'ASIA', 'ABIA', 'ACCA', 'A3T'],
    pattern: /(?:A3T[A-Z0-9]|AKIA|ASIA|ABIA|ACCA)[A-Z2-7]{16}(?![A-Z0-9])/y,
  },
  {
    id: 'aws-session-token',
    source: 'AWS STS: base64 tokens begin with the origin marker',
    anchors: ['IQoJb3JpZ2lu', 'FwoGZXIvYXdz'],
    pattern: /(?:IQoJb3JpZ2lu|FwoGZXIvYXdz)[A-Za-z0-9+/]{60,}={0,2}/y,
    boundary: 'none',
  },
  {
    id: 'bedrock-key',
    source: 'gitleaks: long-lived Bedrock API keys',
    anchors: ['ABSK'],
    pattern: /ABSK[A-Za-z0-9+/]{80,}={0,2}/y,
    boundary: 'base64',
  },
  {
    id: 'bedrock-key',
    source: 'gitleaks: short-lived Bedrock API keys, a base64 signed URL',
    anchors: ['bedrock-api-key-'],
    pattern: /bedrock-api-key-[\w+/=-]{20,}/y,
    boundary: 'none',
  },
];
