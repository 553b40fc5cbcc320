import { isProviderName, providerNames, type ProviderName } from '../llm/provider-name.ts';

export interface Config {
  readonly provider: ProviderName;
  /** `undefined`: the provider's default of this application. */
  readonly model: string | undefined;
  readonly host: string;
  /** 0 takes any free port. */
  readonly port: number;
}

/** A setting that the person who started the server has to put right. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

/**
 * Reads `SUPPORT_PROVIDER` (default `openai`), `SUPPORT_MODEL`, `HOST` (default `127.0.0.1`) and `PORT` (default 3000), and
 * checks that the keys are there. Throws {@link ConfigError}. Keys themselves are left to the SDKs.
 */
export function readConfig(env: NodeJS.ProcessEnv): Config {
  const provider = env['SUPPORT_PROVIDER'] || 'openai';
  if (!isProviderName(provider)) {
    throw new ConfigError(`SUPPORT_PROVIDER is ${provider}; it can be ${providerNames.join(' or ')}`);
  }
  const port = Number(env['PORT'] || 3000);
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new ConfigError(`PORT is ${env['PORT']}; it must be a port number`);
  if (!env['OPENAI_API_KEY'])
    throw new ConfigError('OPENAI_API_KEY is missing: the handbook search needs it with any provider');
  if (provider === 'anthropic' && !env['ANTHROPIC_API_KEY'] && !env['ANTHROPIC_AUTH_TOKEN']) {
    throw new ConfigError('ANTHROPIC_API_KEY is missing');
  }
  return { provider, port, model: env['SUPPORT_MODEL'] || undefined, host: env['HOST'] || '127.0.0.1' };
}
