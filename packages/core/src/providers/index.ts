import { alephAlpha } from './aleph-alpha.ts';
import { anthropic } from './anthropic.ts';
import { azureOpenAI } from './azure-openai.ts';
import { bedrock } from './bedrock.ts';
import { cohere } from './cohere.ts';
import { compatibleHosts } from './compatible-hosts.ts';
import { deepseek } from './deepseek.ts';
import { volatileAt } from './field-rules.ts';
import { fireworks } from './fireworks.ts';
import { google } from './google.ts';
import { groq } from './groq.ts';
import { huggingFace } from './hugging-face.ts';
import { mistral } from './mistral.ts';
import { ollama, ollamaOpenAI } from './ollama.ts';
import { openai } from './openai.ts';
import { openaiCompatible } from './openai-compatible.ts';
import { isFinishedOrDone } from './openai-protocol.ts';
import { openrouter } from './openrouter.ts';
import { perplexity } from './perplexity.ts';
import type { Provider } from './provider.ts';
import { replicate } from './replicate.ts';
import { sourcegraph } from './sourcegraph.ts';
import { together } from './together.ts';
import { vertex } from './vertex.ts';
import { voyage } from './voyage.ts';
import { watsonx } from './watsonx.ts';
import { writer } from './writer.ts';
import { xai } from './xai.ts';

/** Every provider Reel knows, in the order in which they are documented. */
export const allProviders: readonly Provider[] = [
  openai,
  anthropic,
  google,
  ollama,
  azureOpenAI,
  mistral,
  groq,
  deepseek,
  xai,
  openrouter,
  together,
  fireworks,
  perplexity,
  cohere,
  bedrock,
  vertex,
  huggingFace,
  watsonx,
  replicate,
  voyage,
  alephAlpha,
  writer,
  sourcegraph,
  ...compatibleHosts,
];

/**
 * A gateway or local server that is known by its paths alone. What answers behind it may add the fields of any provider (the
 * last ones are Cerebras's, Novita's and llama.cpp's), and some end streams without `[DONE]`.
 */
const openaiByPath = openaiCompatible({
  id: 'openai-compatible',
  hosts: [],
  keyVariables: [],
  ids: [...groq.ids, ...mistral.ids],
  volatile: [
    ...groq.volatile,
    ...mistral.volatile,
    ...together.volatile,
    ...volatileAt(0, ['time_info.*', 'sla_metrics.*', 'timings.*']),
  ],
  isComplete: isFinishedOrDone,
});

/**
 * The provider whose API a URL belongs to: by host, by the port of a local server, and at last by a path that only LLM
 * APIs have, because gateways and test servers speak these protocols under names of their own. It says what a body
 * means, never what to intercept: that is {@link providerHosts} and the configuration.
 *
 * A provider that also speaks another one's protocol (Ollama's `/v1`, Gemini's `/openai/`, DeepSeek's `/anthropic`) comes
 * back with its own name and variables and the other's rules.
 */
export function findProvider(url: string): Provider | undefined {
  const parsed = URL.parse(url);
  if (parsed === null) return undefined;
  const owner = byHost(parsed);
  const spoken = byPath(parsed.pathname, owner);
  return owner === undefined || spoken === undefined ? (owner ?? spoken) : speaking(owner, spoken);
}

/** All hosts of all providers, exact or with a leading wildcard. Loopback ports are in {@link Provider.loopbackPorts}. */
export function providerHosts(): string[] {
  return allProviders.flatMap((provider) => [...provider.hosts]);
}

const exact = new Map<string, Provider>();
/** By the part after the `*`, which begins with a dot. */
const suffixes = new Map<string, Provider>();
const ports = new Map<string, Provider>();
/** Hosts with a wildcard elsewhere, for the region in the name of a cloud's host. */
const patterns: { readonly pattern: RegExp; readonly provider: Provider }[] = [];

for (const provider of allProviders) {
  for (const host of provider.hosts) {
    if (host.startsWith('*.')) suffixes.set(host.slice(1), provider);
    else if (host.includes('*')) patterns.push({ pattern: toPattern(host), provider });
    else exact.set(host, provider);
  }
  for (const port of provider.loopbackPorts ?? []) ports.set(String(port), provider);
}

function byHost({ hostname, port }: URL): Provider | undefined {
  const found = exact.get(hostname);
  if (found !== undefined) return found;
  if (isLoopback(hostname)) return ports.get(port);
  for (let dot = hostname.indexOf('.'); dot !== -1; dot = hostname.indexOf('.', dot + 1)) {
    const owner = suffixes.get(hostname.slice(dot));
    if (owner !== undefined) return owner;
  }
  return patterns.find(({ pattern }) => pattern.test(hostname))?.provider;
}

/** A `*` that is not a whole domain stands for a part of one label. */
function toPattern(host: string): RegExp {
  return new RegExp(
    `^${host
      .split('*')
      .map((part) => part.replaceAll('.', String.raw`\.`))
      .join('[a-z0-9-]+')}$`,
  );
}

function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || hostname.startsWith('127.');
}

/** The protocol a path gives away when it is not the one its owner usually speaks. */
function byPath(path: string, owner: Provider | undefined): Provider | undefined {
  if (/\/v1\/messages(?:\/|$)/.test(path)) return owner === anthropic ? undefined : anthropic;
  if (owner === vertex) return vertexByPath(path);
  if (owner === bedrock) return path.startsWith('/openai/') ? openai : undefined;
  if (owner === ollama) return path.startsWith('/v1/') ? ollamaOpenAI : undefined;
  if (owner === google) return path.includes('/openai/') ? openai : undefined;
  if (owner !== undefined) return undefined;
  if (/:(?:streamGenerateContent|generateContent|embedContent|batchEmbedContents|countTokens)$/.test(path))
    return google;
  if (/\/v1beta\/interactions(?:\/|$)/.test(path)) return google;
  if (/\/model\/[^/]+\/(?:converse|invoke)(?:-|$)/.test(path)) return bedrock;
  if (/\/v2\/(?:chat|embed|rerank)$/.test(path)) return cohere;
  if (
    /\/(?:chat\/completions|codex\/responses|v1\/completions)$|^(?:(?:\/.*)?\/(?:v\d+|openai))?\/(?:embeddings|responses)$/.test(
      path,
    )
  )
    return openaiByPath;
  return undefined;
}

/** Vertex hosts models of others under their own protocols. */
function vertexByPath(path: string): Provider | undefined {
  if (/\/publishers\/anthropic\//.test(path)) return anthropic;
  return path.includes('/openapi/') ? openaiByPath : undefined;
}

const spokenBy = new Map<string, Provider>();

function speaking(owner: Provider, protocol: Provider): Provider {
  const key = `${owner.id} ${protocol.id}`;
  let provider = spokenBy.get(key);
  if (provider === undefined) {
    const { id, hosts, keyVariables, baseUrlVariables, loopbackPorts } = owner;
    provider = { ...protocol, id, hosts, keyVariables, baseUrlVariables };
    if (loopbackPorts !== undefined) provider = { ...provider, loopbackPorts };
    spokenBy.set(key, provider);
  }
  return provider;
}
