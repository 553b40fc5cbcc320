import type { Proxy } from '@reel/proxy';

/**
 * Variables by which SDKs find their base URL, for the environment of a child. Most are in the table of providers, each checked
 * against the SDK that reads it (`packages/core/src/providers`, `baseUrlVariables`; what follows the host: `@reel/proxy`):
 *
 * - `OPENAI_BASE_URL` (`openai` for Node and Python), `OPENAI_API_BASE` (LangChain, and `openai` for Python before 1.0)
 * - `ANTHROPIC_BASE_URL` (`@anthropic-ai/sdk`, `anthropic`)
 * - `GOOGLE_GEMINI_BASE_URL` (`@google/genai`, `google-genai`: `google/genai/_base_url.py`)
 * - `OLLAMA_HOST` (the command, `ollama` for Python), `OLLAMA_BASE_URL` (LangChain)
 * - `GROQ_BASE_URL`, `TOGETHER_BASE_URL`, `OPENROUTER_BASE_URL`, `PERPLEXITY_BASE_URL` (each provider's own SDK)
 * - `AZURE_OPENAI_ENDPOINT`, with `--upstream azure-openai=https://<resource>.openai.azure.com`
 *
 * Not set: a variable for Mistral, whose SDKs read none (`serverURL` is an option of the client); and
 * `AWS_ENDPOINT_URL_BEDROCK_RUNTIME`, because AWS signs the `host` header: what is signed for the proxy is refused by Bedrock. Both
 * go through the forward proxy.
 */
export function baseUrlVariables(
  proxy: Pick<Proxy, 'baseUrl' | 'upstreams' | 'variables'>,
): Record<string, string> {
  const more = Object.entries(byUpstream)
    .filter(([, upstream]) => proxy.upstreams.includes(upstream))
    .map(([name, upstream]) => [name, proxy.baseUrl(upstream)]);
  return { ...Object.fromEntries(more), ...proxy.variables() };
}

/** Variables that are not a provider's own, by the name of the upstream they lead to. */
const byUpstream: Readonly<Record<string, string>> = {
  // `cohere` for Python, `src/cohere/client.py`; the SDK puts `/v1` and `/v2` behind it.
  CO_API_URL: 'cohere',
  // `google/genai/_base_url.py` and `@google/genai`, with Vertex AI: there is a host per region, so it has to be named:
  // `--upstream vertex=https://europe-west1-aiplatform.googleapis.com`.
  GOOGLE_VERTEX_BASE_URL: 'vertex',
};
