import type { Server } from 'node:http';

/**
 * Takes no new connections, lets answers in progress end, and cuts what is left after `graceMs` (which aborts its calls to the
 * provider too). Resolves when nothing is open any more.
 */
export async function closeGracefully(server: Server, graceMs = 5000): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeIdleConnections();
  const timer = setTimeout(() => server.closeAllConnections(), graceMs);
  await closed;
  clearTimeout(timer);
}
