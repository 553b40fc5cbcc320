import { farFutureSeconds, idsAt, volatileAt } from './field-rules.ts';
import type { FieldRule, VolatileField } from './provider.ts';

/** Where a bare `id` is made by the server. `/models` is not among them: there the id is the model's name. */
const createdThings = [
  '/responses',
  '/conversations',
  '/files',
  '/uploads',
  '/batches',
  '/threads',
  '/assistants',
  '/vector_stores',
  '/fine_tuning',
  '/containers',
  '/evals',
  '/videos',
  '/images',
  '/audio',
  '/realtime',
  '/moderations',
  '/skills',
  '/chatkit',
];

/** Chat completions and legacy completions, as OpenAI and every compatible server send them. */
export const chatIds: readonly FieldRule[] = idsAt(
  [
    'id',
    'choices.*.message.tool_calls.*.id',
    'choices.*.delta.tool_calls.*.id',
    'choices.*.message.audio.id',
    'choices.*.delta.audio.id',
  ],
  ['/completions'],
);

/** The Responses API and everything else that OpenAI stores on its side. */
export const storedIds: readonly FieldRule[] = [
  ...idsAt(['**.id'], createdThings),
  ...idsAt([
    '**.call_id',
    '**.item_id',
    '**.response_id',
    '**.container_id',
    '**.file_id',
    '**.thread_id',
    '**.run_id',
    '**.message_id',
    '**.assistant_id',
    '**.vector_store_id',
    '**.vector_store_ids.*',
    '**.file_ids.*',
    '**.approval_request_id',
    '**.upload_id',
    '**.batch_id',
    '**.request_id',
    '**.input_file_id',
    '**.output_file_id',
    '**.error_file_id',
    '**.event_id',
    '**.conversation_id',
    '**.previous_item_id',
  ]),
];

/**
 * Times and build marks. `service_tier` is not among them: it says what was billed. Nor is `seed` of a request echoed in
 * the answer.
 */
export const chatVolatile: readonly VolatileField[] = [
  ...volatileAt(
    0,
    ['created'],
    ['/completions', '/embeddings', '/images', '/audio', '/moderations', '/rerank'],
  ),
  ...volatileAt('fp_0', ['system_fingerprint']),
  ...volatileAt(farFutureSeconds, ['choices.*.message.audio.expires_at', 'choices.*.delta.audio.expires_at']),
];

/**
 * `obfuscation` is random padding that OpenAI adds to stream events against traffic analysis; its length differs at each
 * call (API reference, `stream_options.include_obfuscation`).
 */
export const obfuscation: readonly VolatileField[] = volatileAt('', ['obfuscation']);

export const storedVolatile: readonly VolatileField[] = [
  ...volatileAt(0, [
    '**.created_at',
    '**.completed_at',
    '**.started_at',
    '**.in_progress_at',
    '**.finalizing_at',
    '**.cancelling_at',
    '**.cancelled_at',
    '**.failed_at',
    '**.expired_at',
    '**.incomplete_at',
    '**.finished_at',
    '**.updated_at',
    '**.last_active_at',
  ]),
  ...volatileAt(farFutureSeconds, ['**.expires_at']),
  // What is left of the account's limits (`rate_limits.updated` of the Realtime API).
  ...volatileAt(0, ['rate_limits.*.remaining', 'rate_limits.*.reset_seconds'], ['/realtime']),
];
