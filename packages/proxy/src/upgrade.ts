import type { Duplex } from 'node:stream';
import { ReelError } from '@reel/core';
import { findProvider } from '@reel/core/engine';
import type { ErrorLog } from './error-log.ts';
import { refuseOnSocket } from './refuse.ts';

/** A request for another protocol whose upstream is known. */
export interface UpgradeRequest {
  /** What the `upgrade` header asks for: `websocket`. */
  readonly protocol: string;
  /** Absolute public URL. */
  readonly url: string;
}

/** Refuses a WebSocket, in words: the place where they come in, once cassettes hold them. */
export function refuseUpgrade(errors: ErrorLog, { protocol, url }: UpgradeRequest, socket: Duplex): void {
  const error = errors.add(
    new ReelError('REEL_UNSUPPORTED_PROTOCOL', {
      what: `a connection that turns into ${protocol} cannot be recorded or replayed by the proxy yet`,
      where: url.replace(/\?.*/s, ''),
      fix: 'let the client use plain HTTP (most SDKs have a streaming call that needs no WebSocket)',
    }),
  );
  refuseOnSocket(socket, { status: 501, error, provider: findProvider(url) });
}
