let hash: typeof import('node:crypto').hash | undefined;

/**
 * SHA-256 in hexadecimal. `node:crypto` is loaded at the first call: it takes 4 ms of start-up, and a test that replays its
 * requests in their recorded order never needs it.
 */
export function digest(data: string | Uint8Array): string {
  hash ??= process.getBuiltinModule('node:crypto').hash;
  return hash('sha256', data, 'hex');
}
