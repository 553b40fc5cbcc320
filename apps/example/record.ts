import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { startProviders } from '@reel/testkit';

/**
 * `pnpm --filter @reel/example record`: records the suite anew, against the simulators instead of providers that cost money. Arguments
 * go to Vitest. A project of your own needs no such file: it sets a key and runs `REEL_MODE=record npx vitest run`.
 */
const provider = await startProviders();
const vitest = join(dirname(createRequire(import.meta.url).resolve('vitest/package.json')), 'vitest.mjs');
const runner = spawn(process.execPath, [vitest, 'run', ...process.argv.slice(2)], {
  stdio: 'inherit',
  env: {
    ...process.env,
    REEL_MODE: 'record',
    REEL_UPSTREAMS: Object.entries(provider.upstreams)
      .map((pair) => pair.join('='))
      .join(','),
    OPENAI_API_KEY: 'sk-example-not-a-real-key',
    ANTHROPIC_API_KEY: 'sk-ant-example-not-a-real-key',
  },
});
runner.on('close', (code) => {
  process.exitCode = code ?? 1;
  void provider.close();
});
