import { subscribe } from 'node:diagnostics_channel';
import type { ClientRequest } from 'node:http';
import { isLoopback } from '../model/endpoint.ts';
import { testHeader } from './test-id.ts';

/** The variable that names the origins of the servers under test, separated by spaces. */
export const serversVariable = 'REEL_SERVERS';

/**
 * Puts the id of the current test on requests of this process to servers under test: those of Playwright's `request`, of a test's
 * own `fetch`, and of one server to the next.
 * @param idOf the current test's id, asked only for requests to such a server
 */
export function carryTestId(idOf: () => string | undefined): void {
  const servers = originsOf(process.env[serversVariable]);
  if (servers.length === 0) return;
  const isServer = (host: string, port: string): boolean =>
    servers.some(
      (server) => server.port === port && (server.host === host || (server.isLocal && isLoopback(host))),
    );

  subscribe('http.client.request.created', (message) => {
    const { request } = message as { request: ClientRequest };
    if (request.headersSent || request.hasHeader(testHeader)) return;
    const [, host, port] =
      /^(?:\[?)([^\]]*?)(?:\]?)(?::(\d+))?$/.exec(String(request.getHeader('host'))) ?? [];
    if (host === undefined || !isServer(host, port ?? (request.protocol === 'https:' ? '443' : '80'))) return;
    const id = idOf();
    if (id !== undefined) request.setHeader(testHeader, id);
  });
  subscribe('undici:request:create', (message) => {
    const { request } = message as { request: UndiciRequest };
    const origin = URL.parse(String(request.origin));
    if (origin === null || !isServer(hostOf(origin), portOf(origin))) return;
    const id = idOf();
    if (id !== undefined) request.addHeader(testHeader, id);
  });
}

interface UndiciRequest {
  readonly origin: string | URL;
  addHeader(name: string, value: string): void;
}

function originsOf(list: string | undefined): { host: string; port: string; isLocal: boolean }[] {
  return (list ?? '').split(' ').flatMap((text) => {
    const url = URL.parse(text);
    return url === null ? [] : { host: hostOf(url), port: portOf(url), isLocal: isLoopback(hostOf(url)) };
  });
}

function hostOf({ hostname }: URL): string {
  return hostname.replace(/^\[|\]$/g, '');
}

function portOf({ port, protocol }: URL): string {
  return port === '' ? (protocol === 'https:' ? '443' : '80') : port;
}
