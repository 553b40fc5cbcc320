import { expect, test } from 'vitest';
import { isLoopback } from '../../src/model/endpoint.ts';
import { createRoutes } from '../../src/interception/routes.ts';

// A host whose name only begins like a loopback address was let through to the network in replay.
test.each(['127.evil.example', '127.0.0.1.evil.example', '::ffff:127.evil.example'])(
  '%s is not loopback, and is intercepted',
  (host) => {
    expect(isLoopback(host)).toBe(false);
    const routes = createRoutes({ intercept: [], passthrough: [], loopbackPorts: [] });
    expect(routes.of({ host, port: 443, tls: true })).toBe('intercept');
  },
);

test.each([
  '127.0.0.1',
  '127.1',
  '127.255.0.9',
  '::1',
  '::ffff:127.0.0.1',
  'localhost',
  'a.localhost',
  '0.0.0.0',
])('%s is loopback', (host) => {
  expect(isLoopback(host)).toBe(true);
});
