/**
 * The parts of the engine, for the packages built on it (proxy, command line, converters). Not a stable surface: it changes
 * with any minor version, and applications want `@reel/core`.
 */
export { encodeCassette, encodeInteraction } from './cassette/format.ts';
export type { CassetteHeader, EncodeOptions } from './cassette/format.ts';
export { cassetteName } from './cassette/name.ts';
export { companionName } from './cassette/stores/companion.ts';
export type { CompanionKind } from './cassette/stores/companion.ts';
export { openCassette } from './cassette/tape.ts';
export type { CassetteSource, CassetteTape } from './cassette/tape.ts';
export { checkSecrets } from './check-secrets.ts';
export type { CheckedFile, CheckSecretsOptions, FileFinding } from './check-secrets.ts';
export { compareRecordings } from './drift/compare-recordings.ts';
export type { DriftReport } from './drift/compare-recordings.ts';
export { describeFinding } from './drift/finding.ts';
export type { DriftFinding, DriftKind } from './drift/finding.ts';
export { shapeOf } from './drift/response-shape.ts';
export type { ResponseShape } from './drift/response-shape.ts';
export type { ClientSide } from './interception/client-side.ts';
export { forward } from './interception/forward.ts';
export type { Destination, UpstreamConnections } from './interception/forward.ts';
export { parseHostPattern } from './interception/host-pattern.ts';
export type { HostPattern } from './interception/host-pattern.ts';
export { Http1Client } from './interception/http1-server.ts';
export { play } from './interception/play.ts';
export { connectReal } from './interception/real-network.ts';
export type { OriginalConnects } from './interception/real-network.ts';
export type {
  Decision,
  ExchangeHandler,
  Plan,
  ScopeRef,
  SessionDecision,
  SessionPlan,
  Upstream,
} from './interception/transport.ts';
export { handshakeHeaders, handshakeKey } from './interception/websocket/accept.ts';
export type { Upgrade } from './interception/websocket/client-end.ts';
export { carryOutSession } from './interception/websocket/serve-session.ts';
export type { AskedSession } from './interception/websocket/serve-session.ts';
export { check } from './library/check/check.ts';
export type { CheckOptions, CheckResult } from './library/check/check.ts';
export type { CheckFinding, FindingKind } from './library/check/finding.ts';
export { assertSameTest, mergeCassettes } from './library/care/merge-cassettes.ts';
export type { MergedCassette } from './library/care/merge-cassettes.ts';
export { mergeReceipts } from './library/care/merge-receipts.ts';
export { rewriteCassette } from './library/care/rewrite-cassette.ts';
export type { RewriteKind, RewriteOptions, RewrittenCassette } from './library/care/rewrite-cassette.ts';
export { staleCassettes } from './library/care/stale-cassettes.ts';
export type { StaleCassette } from './library/care/stale-cassettes.ts';
export { compareCassettes } from './library/compare/compare-cassettes.ts';
export type {
  CassetteComparison,
  CassetteDifference,
  InteractionChange,
} from './library/compare/difference.ts';
export { formatAge, parseDuration } from './library/duration.ts';
export { cassetteFile, readCassetteFile, shownPath, storeOf } from './library/files/cassette-file.ts';
export type { CassetteContent, CassetteFile } from './library/files/cassette-file.ts';
export { findCassettes } from './library/files/find-cassettes.ts';
export type { FindOptions } from './library/files/find-cassettes.ts';
export { listAtRevision, readAtRevision } from './library/files/git.ts';
export { listCassettes } from './library/list-cassettes.ts';
export type { ListOptions, ListOrder } from './library/list-cassettes.ts';
export { isUnreadable, outlineOf } from './library/outline.ts';
export type { CassetteFlag, CassetteOutline, UnreadableCassette } from './library/outline.ts';
export { readReceipts, receiptFilesOf } from './library/prune/find-receipts.ts';
export { applyPrune, planPrune } from './library/prune/prune.ts';
export type { PrunedCassette, PrunePlan } from './library/prune/prune.ts';
export { formatSize, parseSize } from './library/size.ts';
export { readPrices } from './library/stats/prices-file.ts';
export { statsOf } from './library/stats/stats.ts';
export type { Stats, TestStats } from './library/stats/stats.ts';
export { assertClean } from './library/too-deep.ts';
export { damagedLines, readTranscript, transcriptLines } from './library/transcript/write-transcript.ts';
export type { Transcript, TranscriptEntry } from './library/transcript/write-transcript.ts';
export type { ReadableAnswer, ReadableRequest } from './library/transcript/turn.ts';
export { createKeyOf } from './matching/index.ts';
export type { Chunk } from './model/chunk.ts';
export { endpointOf, isLoopback } from './model/endpoint.ts';
export type { Endpoint } from './model/endpoint.ts';
export type { ExchangeHead } from './model/exchange.ts';
export { fromRawHeaders, headerValue, mediaType, toRawHeaders, withoutHeaders } from './model/headers.ts';
export type { HeaderList } from './model/headers.ts';
export type { Ending, Interaction, RecordedRequest, RecordedResponse } from './model/interaction.ts';
export type { Reply } from './model/reply.ts';
export { endingOf } from './model/session.ts';
export type { Frame, Session, SessionEnd } from './model/session.ts';
export { deafToSessions } from './model/session-player.ts';
export type { Tap } from './model/tap.ts';
export type { Tape } from './model/tape.ts';
export { nearestName } from './nearest-name.ts';
export { eachNormalized, normalizeInteractions, normalizeRulesId } from './normalize/normalize.ts';
export type { NormalizeOptions, Shelf } from './normalize/normalize.ts';
export { CassetteIds } from './normalize/cassette-ids.ts';
export { noEdits } from './normalize/edits.ts';
export type { EditList } from './normalize/edits.ts';
export { IdMap } from './normalize/id-map.ts';
export { readInteraction } from './normalize/read-interaction.ts';
export type { ReadOptions } from './normalize/read-interaction.ts';
export type { Facts, Findings, Named, Places, ReadInteraction, Reading } from './normalize/reading.ts';
export { rewriteInteraction } from './normalize/rewrite-interaction.ts';
export { setPlaceholderKeys } from './placeholder-keys.ts';
export { allProviders, findProvider } from './providers/index.ts';
export type { Provider, ReadableResponse, Usage } from './providers/provider.ts';
export { readResponse } from './providers/readable.ts';
export { framingOf, splitBody } from './recording/split.ts';
export { assertNoSecrets, findSecrets } from './redaction/guard.ts';
export type { AllowedFinding, SecretFinding } from './redaction/guard.ts';
export { createRedactor } from './redaction/redactor.ts';
export type { Redactor } from './redaction/redactor.ts';
export { createReply } from './replay/reply.ts';
export { Recorder } from './recorder.ts';
export { createSession } from './session.ts';
export type { SessionInit } from './session.ts';
export { TestScope } from './test-scope.ts';
export { usageOf } from './usage.ts';
export type { VerifyLogEntry } from './verify-report.ts';
