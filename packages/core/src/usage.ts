import type { Interaction } from './model/interaction.ts';
import { findProvider } from './providers/index.ts';
import { estimateCost } from './providers/prices.ts';
import type { Usage } from './providers/provider.ts';
import { readResponse } from './providers/readable.ts';
import { sessionUsage } from './providers/session-usage.ts';
import { addUsage, type ModelUsage } from './report.ts';

/** Token counts and estimated cost of some interactions, by model. */
export function usageOf(interactions: readonly Interaction[]): ModelUsage[] {
  return addUsage(interactions.flatMap((interaction) => usageOfOne(interaction)));
}

function usageOfOne(interaction: Interaction): ModelUsage[] {
  const { request, response, session } = interaction;
  const provider = findProvider(request.url);
  if (provider === undefined || response === undefined) return [];
  if (session !== undefined)
    return sessionUsage(session, request.url).map((usage) => modelUsage(provider.id, usage));
  const usage = provider.usage(readResponse(interaction));
  return usage === undefined ? [] : [modelUsage(provider.id, usage)];
}

function modelUsage(provider: string, usage: Usage): ModelUsage {
  const cost = estimateCost(usage);
  return {
    provider,
    model: usage.model ?? 'unknown model',
    calls: 1,
    inputTokens: usage.inputTokens,
    outputTokens: usage.outputTokens,
    ...(cost !== undefined && { cost }),
  };
}
