import { providerNames, type ProviderName } from '../src/index.ts';

/** Where the desk under test listens that asks this provider: two ports from DESK_PORT on. */
export function deskUrl(provider: ProviderName): string {
  const first = Number(process.env['DESK_PORT'] ?? 4716);
  return `http://127.0.0.1:${first + providerNames.indexOf(provider)}`;
}
