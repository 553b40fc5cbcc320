import type { LoadedConfig } from '@reel/core';

export type ReadConfig = () => Promise<LoadedConfig | undefined>;

/** Reads the config file when it is first asked for. */
export function createReadConfig(
  cwd: string,
  env: Readonly<Record<string, string | undefined>>,
  configFile: string | undefined,
): ReadConfig {
  let loaded: ReturnType<ReadConfig> | undefined;
  return () => (loaded ??= read());

  async function read(): Promise<LoadedConfig | undefined> {
    const { loadConfig } = await import('@reel/core');
    return loadConfig(cwd, configFile === undefined ? env : { ...env, REEL_CONFIG: configFile });
  }
}
