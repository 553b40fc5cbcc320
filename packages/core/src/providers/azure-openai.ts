import { openaiCompatible } from './openai-compatible.ts';
import { placeholderKey } from './placeholder-key.ts';

/** Signs that the process authenticates to Azure with Entra ID (variables of `@azure/identity` and of Azure's hosts). */
const entra = ['AZURE_TENANT_ID', 'AZURE_FEDERATED_TOKEN_FILE', 'IDENTITY_ENDPOINT', 'AZURE_OPENAI_AD_TOKEN'];

/**
 * Azure OpenAI. A placeholder is set with care: `AzureOpenAI` of the `openai` package refuses a key beside an
 * `azureADTokenProvider`. Endpoint, resource name and API version (`AZURE_OPENAI_ENDPOINT`, `AZURE_RESOURCE_NAME`,
 * `OPENAI_API_VERSION`) are part of the URL and so of the recording: the test must set the values it recorded with.
 */
export const azureOpenAI = openaiCompatible({
  id: 'azure-openai',
  hosts: ['*.openai.azure.com', '*.cognitiveservices.azure.com', '*.services.ai.azure.com'],
  keyVariables: [
    { name: 'AZURE_OPENAI_API_KEY', placeholder: placeholderKey, unless: entra },
    // Read by @ai-sdk/azure.
    { name: 'AZURE_API_KEY', placeholder: placeholderKey, unless: entra },
  ],
  // The second is LangChain's.
  baseUrlVariables: ['AZURE_OPENAI_ENDPOINT', 'AZURE_OPENAI_BASE_PATH'],
});
