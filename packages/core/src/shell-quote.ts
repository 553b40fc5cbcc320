/** One argument quoted for the shell of this platform. */
export function shellQuote(argument: string, platform: NodeJS.Platform = process.platform): string {
  if (/^[\w./:@%+=,-]+$/.test(argument)) return argument;
  return platform === 'win32'
    ? `"${argument.replaceAll('"', '\\"')}"`
    : `'${argument.replaceAll("'", `'\\''`)}'`;
}
