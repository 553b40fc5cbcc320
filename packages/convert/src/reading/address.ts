import type { NoteCode } from './notes.ts';
import type { Recording } from './recording.ts';

const placeholder = /^\s*(?:<{1,2}([^<>/]+)>{1,2}|\{\{([^{}]+)\}\}|\$\{([^{}]+)\}|\[([^[\]/]+)\])(?![.:@-])/;

/**
 * The URL of a request, where a recording may have a placeholder for scheme and host (`<LOCAL_API_BASE>/chat/completions`: what
 * VCR's `filter_sensitive_data` leaves of a base URL), or a path alone. They are what the person who imports says; else the
 * placeholder keeps its words, under a name that no resolver answers (RFC 6761).
 */
export function addressOf(url: string, { hints }: Recording, notes: NoteCode[]): string {
  const match = placeholder.exec(url);
  const base = hints.baseUrl?.replace(/\/$/, '');
  if (match === null) return base !== undefined && /^\/(?!\/)/.test(url) ? `${base}${url}` : url;
  const after = url.slice(match[0].length).trim();
  const rest = after === '' || /^[/?#]/.test(after) ? after : `/${after}`;
  if (base !== undefined) return `${base}${rest}`;
  notes.push('base-placeholder');
  const words = match
    .slice(1)
    .join('')
    .toLowerCase()
    .replaceAll(/[^a-z\d]+/g, '-');
  return `https://${words.replaceAll(/^-|-$/g, '') || 'unknown-host'}.invalid${rest}`;
}
