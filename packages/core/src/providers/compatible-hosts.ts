import { volatileAt } from './field-rules.ts';
import { openaiCompatible, type CompatibleEntry } from './openai-compatible.ts';
import { isFinishedOrDone } from './openai-protocol.ts';
import type { Provider } from './provider.ts';

/**
 * APIs that speak OpenAI's protocol and need little else said about them. Hosts and variables as their own documentation and the
 * providers of the AI SDK and LangChain have them (July 2026).
 */
const entries: readonly CompatibleEntry[] = [
  // Timings of the chip stand beside the usage.
  {
    id: 'cerebras',
    hosts: ['api.cerebras.ai'],
    keyVariables: ['CEREBRAS_API_KEY'],
    volatile: volatileAt(0, ['time_info.*']),
  },
  // Workers AI under an account of the general API, and the gateway before other providers. No counts from some models.
  {
    id: 'cloudflare',
    hosts: ['api.cloudflare.com', 'gateway.ai.cloudflare.com'],
    keyVariables: ['CLOUDFLARE_API_TOKEN'],
    isComplete: isFinishedOrDone,
  },
  // Passes the ids and fields of the models behind it on.
  {
    id: 'databricks',
    hosts: ['*.cloud.databricks.com', '*.azuredatabricks.net', '*.gcp.databricks.com'],
    keyVariables: ['DATABRICKS_TOKEN'],
    baseUrlVariables: ['DATABRICKS_HOST'],
    isComplete: isFinishedOrDone,
  },
  { id: 'avian', hosts: ['api.avian.io'], keyVariables: ['AVIAN_API_KEY'] },
  { id: 'deepinfra', hosts: ['api.deepinfra.com'], keyVariables: ['DEEPINFRA_API_KEY'] },
  // OpenAI's protocol on AWS, beside Bedrock's own.
  { id: 'bedrock-mantle', hosts: ['bedrock-mantle.*.api.aws'], keyVariables: [] },
  // Passes the fields of the models behind it on. Its token comes out of a sign-in, and no variable holds it.
  {
    id: 'github-copilot',
    hosts: ['*.githubcopilot.com'],
    keyVariables: [],
    isComplete: isFinishedOrDone,
  },
  { id: 'moonshot', hosts: ['api.moonshot.ai', 'api.moonshot.cn'], keyVariables: ['MOONSHOT_API_KEY'] },
  { id: 'nvidia', hosts: ['integrate.api.nvidia.com'], keyVariables: ['NVIDIA_API_KEY'] },
  { id: 'sambanova', hosts: ['api.sambanova.ai'], keyVariables: ['SAMBANOVA_API_KEY'] },
  { id: 'venice', hosts: ['api.venice.ai'], keyVariables: ['VENICE_API_KEY'] },
  { id: 'zai', hosts: ['api.z.ai', 'open.bigmodel.cn'], keyVariables: ['ZAI_API_KEY', 'ZHIPU_API_KEY'] },
];

export const compatibleHosts: readonly Provider[] = entries.map((entry) => openaiCompatible(entry));
