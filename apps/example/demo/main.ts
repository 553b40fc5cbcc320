import { spawn } from 'node:child_process';
import { readdirSync, rmSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { styleText } from 'node:util';
import { startProviders } from '@reel/testkit';

/** `npm run demo`: records the support desk against a simulated provider, then replays it with the provider gone. */
const play = fileURLToPath(new URL('play.ts', import.meta.url));
const folder = fileURLToPath(new URL('../.demo/cassettes', import.meta.url));
const say = (text = ''): void => void process.stdout.write(`${text}\n`);
const heading = (text: string): void => say(`\n${styleText('bold', text)}`);

rmSync(folder, { recursive: true, force: true });

heading('1. A provider: simulators of OpenAI and Anthropic on loopback, spoken to by the real SDKs');
const provider = await startProviders();
say(`  ${provider.url}`);

heading('2. Record: the first run calls the provider and writes cassettes');
const recorded = await run([], {
  REEL_MODE: 'record',
  REEL_UPSTREAMS: Object.entries(provider.upstreams)
    .map((pair) => pair.join('='))
    .join(','),
  OPENAI_API_KEY: 'sk-demo-not-a-real-key',
  ANTHROPIC_API_KEY: 'sk-ant-demo-not-a-real-key',
  // The demo records on purpose, wherever it runs.
  REEL_ALLOW_RECORD: '1',
});
const calls = provider.calls;
await provider.close();
say(`  the provider answered ${calls} requests; it is stopped now`);
for (const file of readdirSync(folder, { recursive: true, encoding: 'utf8' }).toSorted()) {
  if (file.endsWith('.jsonl'))
    say(
      `  ${relative(process.cwd(), join(folder, file))}  ${(statSync(join(folder, file)).size / 1024).toFixed(1)} kB`,
    );
}

heading('3. Replay: no provider, no key, no network');
const replayed = await run([], { REEL_MODE: 'replay' });

heading('4. A miss: one word of the prompt changes ("refund" to "replacement")');
const missed = await run(['--changed'], { REEL_MODE: 'replay' });

heading('Done');
say(`  cassettes: ${relative(process.cwd(), folder)} (JSON Lines: open one)`);
say('  the application: apps/example/src, its tests: apps/example/test, how to use it: README.md');
if (recorded !== 0 || replayed !== 0 || missed !== 1) {
  say(
    styleText(
      'red',
      `\nthe demo did not go as it should: exit codes ${recorded}, ${replayed}, ${missed} instead of 0, 0, 1`,
    ),
  );
  process.exitCode = 1;
}

/** Runs a script of this folder with only the given Reel variables and keys. */
function run(args: string[], variables: Record<string, string>): Promise<number> {
  const inherited = Object.entries(process.env).filter(([name]) => !/^(REEL_|OPENAI_|ANTHROPIC_)/.test(name));
  const child = spawn(process.execPath, [play, ...args], {
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...Object.fromEntries(inherited), ...variables, REEL_DIR: folder },
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve(code ?? 1));
  });
}
