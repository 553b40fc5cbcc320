import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { selfSigned } from '@reel/testkit/transport-conformance';

const run = promisify(execFile);
const probe = fileURLToPath(new URL('node-versions/probe.ts', import.meta.url));

describe.each([22, 24, 26])('on Node %i', (major) => {
  const binary = fileURLToPath(
    new URL(`../../../../tools/nodes/node_modules/node-${major}/bin/node`, import.meta.url),
  );
  const isThere = existsSync(binary);
  if (!isThere)
    console.warn(`skipped: no Node ${major} for ${process.platform} ${process.arch} under tools/nodes`);

  test.skipIf(!isThere)('what is taken from behind the documented surface is there', async () => {
    const { key, cert } = await selfSigned();
    const env = { ...process.env, PROBE_KEY: key, PROBE_CERT: cert };
    const { stdout } = await run(binary, ['--no-warnings', probe], { env, timeout: 20_000 });
    expect(stdout.trim().split('\n')).toEqual([
      'records a warm socket, an early tls.connect and an HTTP/2 session, each in its scope',
      'replays them with the servers gone',
      'survives an HTTP/2 session that is destroyed with a frame under way',
      'restarts the idle timer with every byte',
      'gives a socket back to connect for itself',
    ]);
  });
});
