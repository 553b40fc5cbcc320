import type { Reply } from '../brain/conversation.ts';
import { think } from '../brain/think.ts';
import { slices } from '../brain/tokens.ts';
import { bytes, sse, stream, type Answer } from '../server/answer.ts';
import type { Call } from '../server/call.ts';
import { failureOf } from '../server/failure.ts';
import type { JsonObject } from '../server/json.ts';
import { randomId } from '../server/random-id.ts';
import { failureBody } from './identity.ts';
import { readContent } from './read-content.ts';
import { bodyJson, eventJson, JSON_TYPE } from './wire.ts';

/** `:generateContent`. */
export function generateContent(call: Call): Answer {
  const { model, reply, envelope } = generate(call);
  const parts = [...thoughtParts(reply), ...answerParts(reply, model)];
  const body = { candidates: [lastCandidate(parts, reply)], usageMetadata: usage(reply), ...envelope };
  return bytes(bodyJson(body), JSON_TYPE, { headers: [['x-gemini-service-tier', 'standard']] });
}

/**
 * `:streamGenerateContent`: server-sent events with CRLF line ends and no `[DONE]` for `alt=sse`, otherwise one JSON
 * array that grows element by element.
 */
export function streamGenerateContent(call: Call): Answer {
  const { model, reply, envelope } = generate(call);
  const early = [
    ...thoughtParts(reply),
    ...(reply.calls.length > 0 ? [] : slices(reply.text, 10).map((text) => ({ text }))),
  ];
  const final = reply.calls.length > 0 ? answerParts(reply, model) : early.splice(-1);
  const responses = early.map((part) => ({
    candidates: [{ content: { parts: [part], role: 'model' }, index: 0 }],
    usageMetadata: usage(reply),
    ...envelope,
  }));
  const closing = { candidates: [lastCandidate(final, reply)], usageMetadata: usage(reply), ...envelope };
  const all = [...responses, closing];
  const { body: error } = failureBody(failureOf(503), call.request, {});
  if (call.request.query.get('alt') === 'sse') {
    const events = all.map((response) => sse(eventJson(response), { newline: '\r\n' }));
    const errorEvent = (): string => sse(eventJson(error), { newline: '\r\n' });
    return stream(events, 'text/event-stream', {
      errorEvent,
      headers: [['content-disposition', 'attachment']],
    });
  }
  const elements = all.map(
    (response, at) => `${at === 0 ? '[' : ',\r\n'}${JSON.stringify(response, undefined, 2)}\n`,
  );
  return stream([...elements, ']'], JSON_TYPE, {
    errorEvent: (at) => `${at === 0 ? '[' : ',\r\n'}${JSON.stringify(error, undefined, 2)}\n]`,
  });
}

function generate(call: Call): { model: string; reply: Reply; envelope: JsonObject } {
  const conversation = readContent(call);
  const { model } = conversation;
  return {
    model,
    reply: think(conversation),
    envelope: { modelVersion: model, responseId: randomId('base62', 23) },
  };
}

function thoughtParts({ reasoning }: Reply): JsonObject[] {
  return reasoning === '' ? [] : [{ text: `**Thinking it over**\n\n${reasoning}\n`, thought: true }];
}

function answerParts(reply: Reply, model: string): JsonObject[] {
  const signature = (): JsonObject => ({ thoughtSignature: `${randomId('base62', 72)}` });
  // Models from 3 on name their calls and sign every answer; older ones sign the first call alone.
  const recent = /gemini-([3-9]|\d\d)/.test(model);
  if (reply.calls.length === 0) return [{ text: reply.text, ...(recent ? signature() : {}) }];
  return reply.calls.map(({ name, arguments: args }, at) => ({
    functionCall: { name, args, ...(recent ? { id: randomId('base62', 8) } : {}) },
    ...(at === 0 ? signature() : {}),
  }));
}

function lastCandidate(parts: readonly JsonObject[], { finish }: Reply): JsonObject {
  return {
    content: { parts, role: 'model' },
    finishReason: finish === 'length' ? 'MAX_TOKENS' : 'STOP',
    index: 0,
    ...(finish === 'tool-calls' ? { finishMessage: 'Model generated function call(s).' } : {}),
  };
}

function usage({ usage }: Reply): JsonObject {
  return {
    promptTokenCount: usage.input,
    candidatesTokenCount: usage.output - usage.reasoning,
    totalTokenCount: usage.input + usage.output,
    ...(usage.cached > 0 ? { cachedContentTokenCount: usage.cached } : {}),
    promptTokensDetails: [{ modality: 'TEXT', tokenCount: usage.input }],
    ...(usage.reasoning > 0 ? { thoughtsTokenCount: usage.reasoning } : {}),
    serviceTier: 'standard',
  };
}
