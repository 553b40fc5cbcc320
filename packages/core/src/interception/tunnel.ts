import { connectReal } from './real-network.ts';
import type { ServedConnection } from './served-connection.ts';

/** Connects the client to the real endpoint, byte for byte: what it speaks is not for Reel to read. */
export function tunnel(connection: ServedConnection): void {
  const { peer, endpoint, originals, options } = connection;
  const offered = options['ALPNProtocols'];
  const real = connectReal(
    originals,
    endpoint,
    options,
    Array.isArray(offered) ? (offered as string[]) : undefined,
  );
  real.once('error', (error) => peer.fail(error));
  real.once('close', () => peer.destroy());
  peer.once('close', () => real.destroy());
  peer.pipe(real);
  real.pipe(peer);
}
