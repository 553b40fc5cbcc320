import net, { type Socket } from 'node:net';
import tls from 'node:tls';
import { connectReal, type Endpoint } from '@reel/core/engine';

/**
 * Connects a client to where it wants to go, byte for byte: what the two speak is not for Reel to read.
 * @throws the error of the connection, before the client was answered.
 */
export async function openTunnel(client: Socket, { host, port }: Endpoint, head: Buffer): Promise<void> {
  const originals = { connect: net.Socket.prototype.connect, tlsConnect: tls.connect };
  const real = connectReal(originals, { host, port, tls: false });
  client.once('close', () => real.destroy());
  await new Promise<void>((resolve, reject) => {
    real.once('connect', resolve);
    real.once('error', reject);
    real.once('close', () => reject(Object.assign(new Error('the client left'), { code: 'ECONNABORTED' })));
  });
  real.on('error', () => client.destroy());
  real.once('close', () => client.destroySoon());
  client.write('HTTP/1.1 200 Connection established\r\n\r\n');
  if (head.byteLength > 0) real.write(head);
  client.pipe(real);
  real.pipe(client);
}
