import { startProviders } from '@reel/testkit';

/** Points the SDKs at simulated providers before the workers start, and stops them after the run. */
export async function setup(): Promise<() => Promise<void>> {
  const simulator = await startProviders();
  process.env['OPENAI_BASE_URL'] = simulator.baseUrl('openai');
  process.env['ANTHROPIC_BASE_URL'] = simulator.baseUrl('anthropic');
  process.env['OPENAI_API_KEY'] = 'sk-example';
  process.env['ANTHROPIC_API_KEY'] = 'sk-ant-example';
  return () => simulator.close();
}
