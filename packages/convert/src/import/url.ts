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
  const host = authority.replace(scheme.toLowerCase() === 'https://' ? /:443$/ : /:80$/, '');
  // What follows a # is never on the wire.
  const path = rest.replaceAll(' ', '%20').replace(/#.*$/s, '');
  const plain = `${scheme}${host}${path}`;
  if (URL.parse(plain) !== null) return plain;
  if (URL.parse(`${scheme}${host}/`) === null) {
    const named = host
      .replaceAll(/[^\w.:@[\]-]+/g, '-')
      .replaceAll(/-?(^|[.:]|$)-?/g, '$1')
      .toLowerCase();
    const fixed = `${scheme}${named}${path}`;
    if (URL.parse(fixed) !== null) {
      notes.push('host-placeholder');
      return fixed;
    }
  }
  throw new Unreadable('its URL cannot be read');
}
