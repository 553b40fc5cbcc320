import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { startProviders } from '@reel/testkit';

/** How each runner is started, by the package it comes in. */
const runners: Readonly<Record<string, readonly [packageName: string, script: string, ...args: string[]]>> = {
  vitest: ['vitest', 'vitest.mjs', 'run'],
  jest: ['jest', 'bin/jest.js'],
  mocha: ['mocha', 'bin/mocha.js'],
  playwright: ['@playwright/test', 'cli.js', 'test'],
};

/**
 * `pnpm --filter @reel/example record [vitest|jest|mocha|playwright] [arguments of the runner]`: records the suite anew, under Vitest unless
 * told otherwise, against the simulators instead of providers that cost money. A project of your own needs no such file: it sets a key and runs
 * `REEL_MODE=record npx vitest run`.
 */
const [first = '', ...rest] = process.argv.slice(2);
const isRunner = Object.hasOwn(runners, first);
const [packageName, script, ...command] = runners[isRunner ? first : 'vitest']!;
const bin = join(dirname(createRequire(import.meta.url).resolve(`${packageName}/package.json`)), script);

// The browser tests look at pieces that come one after the other, as a provider's do: in milliseconds each.
const provider = await startProviders({ delayMs: first === 'playwright' ? 20 : 0 });
const runner = spawn(process.execPath, [bin, ...command, ...(isRunner ? rest : process.argv.slice(2))], {
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
