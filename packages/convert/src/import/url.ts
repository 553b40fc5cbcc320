import { Unreadable } from '../reading/body.ts';
import type { NoteCode } from '../reading/notes.ts';

/**
 * A URL of a recording as Reel keeps them: absolute, without the port that its scheme has anyway. Hosts that people made
 * unreadable (`<AWS_REGION>`) keep their words.
 * @throws Unreadable
 */
export function recordedUrl(text: string, notes: NoteCode[]): string {
  const url = text.trim();
  if (!/^https?:\/\//i.test(url)) throw new Unreadable('its URL is not an absolute http(s) URL');
  const [, scheme = '', authority = '', rest = ''] = /^(https?:\/\/)([^/?#]*)(.*)$/is.exec(url) ?? [];
  let host = authority.replace(scheme.toLowerCase() === 'https://' ? /:443$/ : /:80$/, '');
  let path = rest.replaceAll(' ', '%20');
  if (URL.parse(`${scheme}${host}/`) === null) {
    host = host
      .replaceAll(/[^\w.:@[\]-]+/g, '-')
      .replaceAll(/-?(^|[.:]|$)-?/g, '$1')
      .toLowerCase();
    notes.push('host-placeholder');
  }
  // Never on the wire.
  path = path.replace(/#.*$/s, '');
  const fixed = `${scheme}${host}${path}`;
  if (URL.parse(fixed) === null) throw new Unreadable('its URL cannot be read');
  return fixed;
}
