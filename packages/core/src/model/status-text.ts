/** The standard reason phrase of a status (IANA, as Node has them); `''` for one that has none. */
export function standardStatusText(status: number): string {
  // Loaded late: an import of node:http also loads undici, which costs more than all of Reel.
  return process.getBuiltinModule('node:http').STATUS_CODES[status] ?? '';
}
