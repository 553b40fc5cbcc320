import type { HeaderList } from './headers.ts';
import type { Ending } from './interaction.ts';

/**
 * Listens to one exchange while it streams past; never holds anything back. Methods are synchronous, never throw, and
 * ignore calls after the exchange ended. What is received is kept, not copied: a transport must not reuse the memory. What is
 * sent may be the application's own memory and is copied.
 */
export interface Tap {
  /** A piece of the request body; only for the `stream` plan. */
  sent(bytes: Uint8Array): void;
  /** Final response head (not 1xx). */
  response(status: number, statusText: string, headers: HeaderList): void;
  /** A piece of the response body as on the wire: still compressed, transfer coding removed. */
  received(bytes: Uint8Array): void;
  /** The exchange ended: `{ kind: 'end' }` after the last byte, or `aborted` with who and the error code. */
  ended(ending: Ending): void;
  /**
   * For transports that see the body already decoded (a browser page): call before `received`. The recorder then does
   * not decompress although the headers say so.
   */
  decoded?(): void;
}
