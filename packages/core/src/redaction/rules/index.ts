import type { ShapeRule } from '../rule.ts';
import { anthropic } from './anthropic.ts';
import { aws } from './aws.ts';
import { azure } from './azure.ts';
import { google } from './google.ts';
import { inferenceHosts } from './inference-hosts.ts';
import { llmTooling } from './llm-tooling.ts';
import { openai } from './openai.ts';
import { platforms } from './platforms.ts';
import { webTokens } from './web-tokens.ts';

/** Every token shape. The order does not matter: of rules that match at one place, the one with the longest anchor wins. */
export const shapeRules: readonly ShapeRule[] = [
  ...openai,
  ...anthropic,
  ...google,
  ...aws,
  ...azure,
  ...inferenceHosts,
  ...llmTooling,
  ...platforms,
  ...webTokens,
];
