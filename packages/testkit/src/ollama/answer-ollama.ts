import { randomInt } from 'node:crypto';
import type { Reply } from '../brain/conversation.ts';
import { tokenize } from '../brain/tokens.ts';
import { bytes, stream, type Answer } from '../server/answer.ts';
import type { JsonObject } from '../server/json.ts';
import { goJson, goTime } from './go-json.ts';

/** How one endpoint spells a piece of an answer. */
export interface Spelling {
  /** Members for a piece of text, of thinking, or for tool calls. */
  piece(part: { text?: string; thinking?: string; calls?: readonly JsonObject[] }): JsonObject;
  /** Further members of the last line. */
  closing?(): JsonObject;
}

/** One JSON object, or one line each for every token; streaming is what the API does unless told not to. */
export function answerOllama(model: string, reply: Reply, streaming: boolean, spelling: Spelling): Answer {
  const calls = reply.calls.map(({ name, arguments: given }, index) => ({
    function: { index, name, arguments: given },
  }));
  const line = (members: JsonObject, done = false): JsonObject => ({
    model,
    created_at: goTime(),
    ...members,
    done,
  });
  const ending = {
    done_reason: reply.finish === 'length' ? 'length' : 'stop',
    ...spelling.closing?.(),
    ...counts(reply),
  };
  if (!streaming) {
    const all = {
      text: reply.text,
      ...(reply.reasoning === '' ? {} : { thinking: reply.reasoning }),
      ...(calls.length === 0 ? {} : { calls }),
    };
    return wholeJson({ ...line(spelling.piece(all), true), ...ending });
  }
  const lines = [
    ...tokenize(reply.reasoning).map((thinking) => line(spelling.piece({ thinking }))),
    ...(calls.length === 0 ? [] : [line(spelling.piece({ calls }))]),
    ...tokenize(reply.text).map((text) => line(spelling.piece({ text }))),
    { ...line(spelling.piece({}), true), ...ending },
  ];
  const errorEvent = (): string => `${goJson({ error: 'the model runner has stopped (simulated)' })}\n`;
  return stream(
    lines.map((one) => `${goJson(one)}\n`),
    'application/x-ndjson',
    { errorEvent },
  );
}

/** A whole JSON body. */
export function wholeJson(body: unknown): Answer {
  return bytes(Buffer.from(goJson(body)), 'application/json; charset=utf-8', { sized: true });
}

/** Durations in nanoseconds, different at every call, and counts, which are not. */
function counts({ usage }: Reply): JsonObject {
  const load_duration = randomInt(20_000_000, 80_000_000);
  const prompt_eval_duration = usage.input * randomInt(200_000, 900_000);
  const eval_duration = usage.output * randomInt(4_000_000, 9_000_000);
  return {
    total_duration: load_duration + prompt_eval_duration + eval_duration + randomInt(1_000_000),
    load_duration,
    prompt_eval_count: usage.input,
    prompt_eval_duration,
    eval_count: usage.output,
    eval_duration,
  };
}
