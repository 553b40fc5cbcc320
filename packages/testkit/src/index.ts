export { startProviders } from './start-providers.ts';
export type { Simulator, SimulatorOptions } from './start-providers.ts';
export type { ProviderId } from './mounts.ts';
export type { ReceivedRequest } from './server/call.ts';
export type { Behavior, Encoding } from './server/behavior.ts';
export type { Script } from './server/script.ts';
