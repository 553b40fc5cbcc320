/** The members of a realm's globals that make a fetch response; each Jest or vm sandbox has its own. */
export interface FetchRealm {
  readonly Response: typeof Response;
  readonly ReadableStream: typeof ReadableStream;
  readonly TypeError: typeof TypeError;
}
