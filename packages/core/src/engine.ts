/**
 * The parts of the engine, for the packages built on it (proxy, command line, converters). Not a stable surface: it changes
 * with any minor version, and applications want `@reel/core`.
 */
export { encodeCassette, encodeInteraction, FORMAT_VERSION } from './cassette/format.ts';
export type { CassetteHeader, EncodeOptions } from './cassette/format.ts';
export { mergeTapes } from './cassette/merge.ts';
export { cassetteName, checkCassetteName } from './cassette/name.ts';
export { openCassette } from './cassette/tape.ts';
export type { CassetteSource, CassetteTape } from './cassette/tape.ts';
export { theInterceptor } from './interceptor.ts';
export type { Decision, ExchangeHandler, Plan, ScopeRef, Upstream } from './interception/transport.ts';
export { createKeyOf } from './matching/index.ts';
export type { Chunk } from './model/chunk.ts';
export { endpointOf } from './model/endpoint.ts';
export type { Endpoint } from './model/endpoint.ts';
export type { ExchangeHead } from './model/exchange.ts';
export { fromRawHeaders, headerValue, mediaType, toRawHeaders } from './model/headers.ts';
export type { HeaderList } from './model/headers.ts';
export type { Ending, Interaction, RecordedRequest, RecordedResponse } from './model/interaction.ts';
export type { Reply } from './model/reply.ts';
export type { Tap } from './model/tap.ts';
export type { Tape } from './model/tape.ts';
export { normalizeInteractions, normalizeRulesId } from './normalize/normalize.ts';
export { allProviders, findProvider } from './providers/index.ts';
export { estimateCost } from './providers/prices.ts';
export type { Provider, ReadableResponse, Usage } from './providers/provider.ts';
export { readResponse } from './providers/readable.ts';
export { framingOf, splitBody } from './recording/split.ts';
export { assertNoSecrets, findSecrets } from './redaction/guard.ts';
export type { SecretFinding } from './redaction/guard.ts';
export { createRedactor } from './redaction/redactor.ts';
export type { Redactor } from './redaction/redactor.ts';
export { createReply } from './replay/reply.ts';
export { Recorder } from './recorder.ts';
export { TestScope } from './test-scope.ts';
export { usageOf } from './usage.ts';
