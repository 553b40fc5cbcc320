import type { Interaction } from './model/interaction.ts';
import { findProvider } from './providers/index.ts';
import { estimateCost } from './providers/prices.ts';
import { readResponse } from './providers/readable.ts';
import { addUsage, type ModelUsage } from './report.ts';

/** Token counts and estimated cost of some interactions, by model. */
export function usageOf(interactions: readonly Interaction[]): ModelUsage[] {
  return addUsage(interactions.flatMap((interaction) => usageOfOne(interaction) ?? []));
}

function usageOfOne(interaction: Interaction): ModelUsage | undefined {
  const provider = findProvider(interaction.request.url);
  if (provider === undefined || interaction.response === undefined) return undefined;
  const usage = provider.usage(readResponse(interaction));
  if (usage === undefined) return undefined;
  const cost = estimateCost(usage);
  return {
    provider: provider.id,
    model: usage.model ?? 'unknown model',
    calls: 1,
    inputTokens: usage.inputTokens,
    outputTokens: usage.outputTokens,
    ...(cost !== undefined && { cost }),
  };
}
