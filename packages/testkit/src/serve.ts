// Starts the simulator to play with: node packages/testkit/src/serve.ts [port] [ms per stream event]
import { mounts } from './mounts.ts';
import { startProviders } from './start-providers.ts';

const [port = '4010', delayMs = '0'] = process.argv.slice(2);
const sim = await startProviders({ port: Number(port), delayMs: Number(delayMs) });

console.log('Simulated providers; any key works, unless it contains "invalid".\n');
for (const { id } of mounts) console.log(`  ${id.padEnd(14)} ${sim.baseUrl(id)}`);
console.log(`\nFor example:
  curl ${sim.baseUrl('openai')}/chat/completions -H 'authorization: Bearer x' -H 'content-type: application/json' \\
    -d '{"model":"gpt-4o-mini","stream":true,"messages":[{"role":"user","content":"Why is the sky blue?"}]}'
Ask for trouble by header: x-sim-fail: 429, x-sim-delay: 50, x-sim-encoding: br, x-sim-reset-after: 3`);

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    void sim.close();
  });
}
