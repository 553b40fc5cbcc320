import type { Socket } from 'node:net';

/** What the handshake would have settled. */
export interface TlsLook {
  readonly servername: string | false;
  /** The application protocol that was agreed on; `false` when the client offered none. */
  readonly alpnProtocol: string | false;
}

/**
 * Makes a socket in memory answer like a `tls.TLSSocket` whose handshake went well: nothing is encrypted and there is no
 * certificate. No `session` event comes, because a client would offer what it carries on a real connection later.
 */
export function putTlsLook(socket: Socket, { servername, alpnProtocol }: TlsLook): void {
  Object.assign(socket, {
    encrypted: true,
    authorized: true,
    authorizationError: null,
    secureConnecting: true,
    servername,
    alpnProtocol,
  });
}

const cipher = { name: 'TLS_AES_128_GCM_SHA256', standardName: 'TLS_AES_128_GCM_SHA256', version: 'TLSv1.3' };

/** What stands in for the methods of `tls.TLSSocket`. */
export const tlsMethods: Record<string, (...args: never[]) => unknown> = {
  getProtocol: () => 'TLSv1.3',
  getCipher: () => ({ ...cipher }),
  getPeerCertificate: () => ({}),
  getPeerX509Certificate: () => undefined,
  getCertificate: () => ({}),
  getX509Certificate: () => undefined,
  getEphemeralKeyInfo: () => ({}),
  getFinished: () => undefined,
  getPeerFinished: () => undefined,
  getSession: () => undefined,
  getTLSTicket: () => undefined,
  getSharedSigalgs: () => [],
  isSessionReused: () => false,
  exportKeyingMaterial: (length: number) => Buffer.alloc(length),
  setServername: () => {},
  setSession: () => {},
  setKeyCert: () => {},
  setMaxSendFragment: () => true,
  disableRenegotiation: () => {},
  enableTrace: () => {},
  renegotiate: () => false,
};
