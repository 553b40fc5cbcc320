import { shapes } from './shapes.ts';

/** Rules of the guard that an allow list may name. `known-value` is not among them: what the environment calls secret is not harmless. */
export const guardRuleIds: readonly string[] = [...new Set([...shapes.map(({ id }) => id), 'secret-name'])];
