import { allProviders } from '@reel/core/engine';
import type { NoteCode } from './notes.ts';
import type { Recording } from './recording.ts';

/** Stands where a recording keeps no host and nothing tells it. A name that no resolver ever answers (RFC 6761). */
export const unknownHost = 'https://unknown-host.invalid';

export interface Base {
  /** Without a slash at the end. */
  readonly url: string;
  readonly note: NoteCode | undefined;
}

/** Names under which folders and files speak of an API, beside the ids of the providers. */
const otherNames: ReadonlyMap<string, string> = new Map([
  ['gemini', 'https://generativelanguage.googleapis.com'],
  ['genai', 'https://generativelanguage.googleapis.com'],
  ['claude', 'https://api.anthropic.com'],
  ['chatgpt', 'https://chatgpt.com'],
  ['copilot', 'https://api.githubcopilot.com'],
  ['ollama', 'http://localhost:11434'],
]);

/**
 * Scheme and host for a path, where the format keeps none: what the person who imports said, else what only one API has, else
 * what the folders are called.
 */
export function baseOf(recording: Recording, path: string): Base {
  const { baseUrl } = recording.hints;
  if (baseUrl !== undefined) return { url: baseUrl.replace(/\/$/, ''), note: undefined };
  const found = byPath(path) ?? byPlace(recording.place, path);
  return found === undefined
    ? { url: unknownHost, note: 'host-unknown' }
    : { url: found, note: 'host-derived' };
}

/** Paths that no other API has. The region of a Bedrock call is in its host alone. */
function byPath(path: string): string | undefined {
  if (/^\/model\/[^/]+\/(?:invoke|converse|apply-guardrail)/.test(path))
    return 'https://bedrock-runtime.unknown-region.amazonaws.com';
  if (/^\/v1(?:beta|alpha)\d*\/(?:models|files|cachedContents|interactions|tunedModels)\b/.test(path))
    return 'https://generativelanguage.googleapis.com';
  if (/^\/v1\/(?:messages|complete)(?:\/|\?|$)/.test(path)) return 'https://api.anthropic.com';
  if (/^\/api\/(?:chat|generate|embed|embeddings|pull|tags|show|ps)(?:\?|$)/.test(path))
    return 'http://localhost:11434';
  return undefined;
}

/** The innermost folder, or else a word of the file's name, that names a provider. */
function byPlace(place: string, path: string): string | undefined {
  const words = place
    .toLowerCase()
    .split(/[/\\]/)
    .slice(-8)
    .toReversed()
    .flatMap((part) => [part, ...part.split(/[^a-z0-9]+/)]);
  for (const word of words) {
    const known = otherNames.get(word);
    if (known !== undefined) return known;
    const host = allProviders.find(({ id }) => id === word)?.hosts.find((name) => !name.includes('*'));
    if (host === undefined) continue;
    // Clients of OpenAI have the version in their base URL, and mocks are often served without it.
    const prefix = word === 'openai' && !/^\/v\d/.test(path) ? '/v1' : '';
    return `https://${host}${prefix}`;
  }
  return undefined;
}
