import type { ProviderName } from '../src/index.ts';

/**
 * How to get an error out of a provider that works: the simulated ones read these headers, real ones ignore them.
 * @returns name and value of the variable by which the SDK takes headers
 */
export function provoking(
  provider: ProviderName,
  headers: Readonly<Record<string, string>>,
): readonly [name: string, value: string] {
  const lines = Object.entries({ 'retry-after': '0.01', ...headers }).map(
    ([name, value]) => `x-sim-${name}: ${value}`,
  );
  return [`${provider.toUpperCase()}_CUSTOM_HEADERS`, lines.join('\n')];
}
