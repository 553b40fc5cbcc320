import net from 'node:net';
import tls from 'node:tls';
import type { UpstreamConnections } from '@reel/core/engine';

/**
 * Servers close connections that nobody uses after five seconds or more (Node's own default is five): the pool is earlier, so that no
 * request is sent on one that is about to be closed.
 */
const idleTimeout = 4000;

/** The real connections of a proxy, kept alive between requests. */
export interface UpstreamPool extends UpstreamConnections {
  close(): void;
}

export function createUpstreamPool(): UpstreamPool {
  const agents: UpstreamConnections['agents'] = new Map();
  return {
    agents,
    isMultiplexed: true,
    options: {},
    originals: { connect: net.Socket.prototype.connect, tlsConnect: tls.connect },
    session: undefined,
    idleTimeout,
    close() {
      for (const agent of agents.values()) agent.destroy();
      agents.clear();
    },
  };
}
