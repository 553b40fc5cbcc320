import { describe, expect, test } from 'vitest';
import { parseHostPattern } from './host-pattern.ts';
import { createRoutes } from './routes.ts';

const https = (host: string, port = 443) => ({ host, port, tls: true });
const http = (host: string, port = 80) => ({ host, port, tls: false });

describe('routes', () => {
  const routes = createRoutes({
    intercept: ['127.0.0.1:4010', 'localhost:*', '*.langfuse.com'],
    passthrough: ['db.example.com', 'https://files.example.com'],
    loopbackPorts: [11434],
  });

  test('intercept every host that is not loopback', () => {
    expect(routes.of(https('api.openai.com'))).toBe('intercept');
    expect(routes.of(http('10.0.0.7', 8080))).toBe('intercept');
  });

  test('leave loopback alone but for LLM servers and what is named', () => {
    expect(routes.of(http('127.0.0.1', 3000))).toBe('passthrough');
    expect(routes.of(http('::1', 3000))).toBe('passthrough');
    expect(routes.of(http('127.0.0.1', 11434))).toBe('intercept');
    expect(routes.of(http('127.0.0.1', 4010))).toBe('intercept');
    expect(routes.of(http('localhost', 9999))).toBe('intercept');
  });

  test('know telemetry, unless it is asked for', () => {
    expect(routes.of(https('o1.ingest.sentry.io'))).toBe('telemetry');
    expect(routes.of(https('cloud.langfuse.com'))).toBe('intercept');
  });

  test('let passthrough win', () => {
    expect(routes.of(https('db.example.com'))).toBe('passthrough');
    expect(routes.of(https('files.example.com'))).toBe('passthrough');
    expect(routes.of(http('files.example.com'))).toBe('intercept');
  });

  test('watch no port on which a database may listen', () => {
    expect(routes.watches(http('db.internal', 5432))).toBe(false);
    expect(routes.watches(https('api.openai.com'))).toBe(true);
    expect(routes.watches(http('127.0.0.1', 80))).toBe(false);
    expect(routes.watches(http('127.0.0.1', 4010))).toBe(true);
    expect(routes.watches(http('localhost', 9999))).toBe(true);
    expect(routes.watches(https('db.example.com'))).toBe(false);
  });
});

test.each(['', 'a b', 'http://', 'host:port', 'https://host/path', 'host:123456'])(
  '%j is no host pattern',
  (text) => {
    expect(parseHostPattern(text)).toBeUndefined();
  },
);
