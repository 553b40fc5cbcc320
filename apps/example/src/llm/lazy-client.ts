import { ModelFailure } from './model-failure.ts';

/**
 * Makes an SDK client at its first use and keeps it. Constructors throw when there is no key, and a desk should be able to
 * start, list its tickets and explain what is missing without one.
 */
export function lazyClient<Client>(create: () => Client): () => Client {
  let client: Client | undefined;
  return () => {
    try {
      client ??= create();
      return client;
    } catch (error) {
      throw new ModelFailure('misconfigured', error);
    }
  };
}
