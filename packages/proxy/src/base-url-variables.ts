import { allProviders } from '@reel/core/engine';

/**
 * What an SDK's base URL has after the host, by the variable it is read from; nothing for those that are not here. As the SDKs' own
 * defaults are: `openai` 7.55 and LangChain (`https://api.openai.com/v1`), `groq-sdk`, which adds `/openai/v1` itself, `together-ai`
 * (`https://api.together.xyz/v1`), `@openrouter/ai-sdk-provider` (`https://openrouter.ai/api/v1`), LangChain's Azure client
 * (`https://<resource>.openai.azure.com/openai/deployments`).
 */
const suffixes: Readonly<Record<string, string>> = {
  OPENAI_BASE_URL: '/v1',
  OPENAI_API_BASE: '/v1',
  OPENROUTER_BASE_URL: '/api/v1',
  TOGETHER_BASE_URL: '/v1',
  AZURE_OPENAI_BASE_PATH: '/openai/deployments',
};

/**
 * Variables for the environment of a program whose SDKs are to talk to the proxy.
 * @param upstreams names that the proxy knows
 * @param baseUrl the proxy's address for one of them
 */
export function baseUrlVariables(
  upstreams: readonly string[],
  baseUrl: (upstream: string) => string,
): Record<string, string> {
  const known = new Set(upstreams);
  return Object.fromEntries(
    allProviders
      .filter(({ id }) => known.has(id))
      .flatMap(({ id, baseUrlVariables: names }) =>
        names.map((name) => [name, baseUrl(id) + (suffixes[name] ?? '')]),
      ),
  );
}
