/** Whether this is CI, as the core has it (`REEL_RECORDING_IN_CI`). */
export function isCI(env: Readonly<Record<string, string | undefined>>): boolean {
  const value = env['CI'];
  return value !== undefined && value !== '' && value !== '0' && value.toLowerCase() !== 'false';
}
