import { google } from './google.ts';
import type { Provider } from './provider.ts';

/**
 * Google Vertex AI: Gemini by the same protocol as {@link google}, models of others by theirs (`publishers/anthropic/...:rawPredict`,
 * `endpoints/openapi`), told by the path. It authenticates with tokens that libraries fetch elsewhere, so there is no key to make up.
 */
export const vertex: Provider = {
  ...google,
  id: 'vertex',
  hosts: ['aiplatform.googleapis.com', '*-aiplatform.googleapis.com', 'aiplatform.*.rep.googleapis.com'],
  keyVariables: [],
  // Read by @google/genai 3.1.
  baseUrlVariables: ['GOOGLE_VERTEX_BASE_URL'],
};
