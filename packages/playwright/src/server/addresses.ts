import { serversVariable } from '@reel/core/adapter';
import { isLoopback } from '@reel/core/engine';

/** Origins of the servers under test, as `reelServer` noted them. */
export function serverOrigins(): string[] {
  return (process.env[serversVariable] ?? '').split(' ').filter((origin) => origin !== '');
}

/** An origin, and what else leads to the same server: pages say `localhost` or `127.0.0.1` as it comes. */
export function namesOf(origin: string): string[] {
  const url = new URL(origin);
  if (!isLoopback(url.hostname)) return [origin];
  return [...new Set([url.hostname, 'localhost', '127.0.0.1'])].map((host) => {
    const name = new URL(origin);
    name.hostname = host;
    return name.origin;
  });
}
