import { createAnthropicModel } from './anthropic-model.ts';
import type { ChatModel } from './chat-model.ts';
import { createOpenAIModel } from './openai-model.ts';
import type { ProviderName } from './provider-name.ts';

const factories: Record<ProviderName, (model?: string) => ChatModel> = {
  openai: createOpenAIModel,
  anthropic: createAnthropicModel,
};

/** The chat model behind the one setting. `model` defaults to a small, quick one of the provider. */
export function createChatModel(provider: ProviderName, model?: string): ChatModel {
  return factories[provider](model);
}
