import { openai } from './openai.ts';
import type { KeyVariable, Provider } from './provider.ts';
import { placeholderKey } from './placeholder-key.ts';

/** What tells one OpenAI-compatible API from another. Everything not named here is as in {@link openai}. */
export interface CompatibleEntry extends Partial<Omit<Provider, 'id' | 'hosts' | 'keyVariables'>> {
  readonly id: string;
  readonly hosts: readonly string[];
  /** A plain name is a variable that takes the usual placeholder. */
  readonly keyVariables: readonly (string | KeyVariable)[];
}

/** A provider that speaks OpenAI's protocol. Its own `ids` and `volatile` fields are added to OpenAI's. */
export function openaiCompatible(entry: CompatibleEntry): Provider {
  return {
    baseUrlVariables: [],
    usage: openai.usage,
    isComplete: openai.isComplete,
    errorBody: openai.errorBody,
    ...entry,
    keyVariables: entry.keyVariables.map((key) =>
      typeof key === 'string' ? { name: key, placeholder: placeholderKey } : key,
    ),
    ids: [...openai.ids, ...(entry.ids ?? [])],
    volatile: [...openai.volatile, ...(entry.volatile ?? [])],
  };
}
