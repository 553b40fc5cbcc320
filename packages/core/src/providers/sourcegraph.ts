import { placeholderKey } from './placeholder-key.ts';
import type { Provider } from './provider.ts';

/** Sourcegraph's Cody: `completion` events that repeat the text so far, then `done` or `error`. It counts no tokens. */
export const sourcegraph: Provider = {
  id: 'sourcegraph',
  hosts: ['sourcegraph.com', '*.sourcegraph.com'],
  keyVariables: [{ name: 'SRC_ACCESS_TOKEN', placeholder: placeholderKey }],
  baseUrlVariables: ['SRC_ENDPOINT'],
  ids: [],
  volatile: [],
  usage: () => undefined,
  isComplete: ({ events }) =>
    events === undefined || events.some(({ event }) => event === 'done' || event === 'error'),
  errorBody: (message, code) => ({ error: `${message} (${code})` }),
};
