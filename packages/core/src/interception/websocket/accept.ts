import { headerValue, type HeaderList } from '../../model/headers.ts';

/** The proof that a server has understood a handshake (RFC 6455, section 4.2.2). */
export function acceptKey(key: string): string {
  const guid = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';
  return process.getBuiltinModule('node:crypto').createHash('sha1').update(`${key}${guid}`).digest('base64');
}

/** Headers that belong to one connection: made anew for each, and never on tape. */
export const handshakeHeaders: ReadonlySet<string> = new Set([
  'connection',
  'upgrade',
  'sec-websocket-accept',
  'sec-websocket-key',
  'sec-websocket-version',
  'sec-websocket-extensions',
]);

/** A response head that accepts a handshake. `headers` are those on tape, without the {@link handshakeHeaders}. */
export function acceptHead(key: string, headers: HeaderList): string {
  const lines = headers.map(([name, value]) => `${name}: ${value}\r\n`);
  return (
    'HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: Upgrade\r\n' +
    `sec-websocket-accept: ${acceptKey(key)}\r\n${lines.join('')}\r\n`
  );
}

/** Value of the key of a handshake; `undefined` when the request is none. */
export function handshakeKey(headers: HeaderList): string | undefined {
  const isWebSocket = /(?:^|,)\s*websocket\s*(?:,|$)/i.test(headerValue(headers, 'upgrade') ?? '');
  return isWebSocket ? headerValue(headers, 'sec-websocket-key') : undefined;
}
