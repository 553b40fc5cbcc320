import { describe, expect, it } from 'vitest';
import { allProviders, findProvider } from './index.ts';
import { readResponse } from './readable.ts';
import { eventStream, recorded } from '../../test/fixtures/recorded.ts';

function isComplete(url: string, body: string, type = 'text/event-stream'): boolean {
  return findProvider(url)!.isComplete(readResponse(recorded(url, body, { type })));
}

const chunk = { choices: [{ index: 0, delta: { content: 'a' }, finish_reason: null }] };
const last = { choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] };
const gemini = 'https://generativelanguage.googleapis.com/v1beta/models/m:streamGenerateContent';

describe('a stream is complete', () => {
  it.each([
    ['OpenAI chat at [DONE]', 'https://api.openai.com/v1/chat/completions', [chunk, last], ['[DONE]']],
    [
      'OpenAI chat at an error in the middle',
      'https://api.openai.com/v1/chat/completions',
      [chunk],
      [{ error: { message: 'overloaded' } }],
    ],
    [
      'Groq chat at its error event',
      'https://api.groq.com/openai/v1/chat/completions',
      [chunk],
      [['error', { error: { message: 'x', status_code: 400 } }]],
    ],
    [
      'OpenAI responses at response.completed',
      'https://api.openai.com/v1/responses',
      [['response.output_text.done', { type: 'response.output_text.done' }]],
      [['response.completed', { type: 'response.completed', response: { error: null } }]],
    ],
    [
      'OpenAI responses at response.incomplete',
      'https://api.openai.com/v1/responses',
      [['response.created', { type: 'response.created', response: { error: null } }]],
      [['response.incomplete', { type: 'response.incomplete' }]],
    ],
    [
      'OpenAI speech at speech.audio.done',
      'https://api.openai.com/v1/audio/speech',
      [{ type: 'speech.audio.delta' }],
      [{ type: 'speech.audio.done' }],
    ],
    [
      'Anthropic messages at message_stop',
      'https://api.anthropic.com/v1/messages',
      [
        ['message_start', { type: 'message_start' }],
        ['ping', { type: 'ping' }],
      ],
      [['message_stop', { type: 'message_stop' }]],
    ],
    [
      'Anthropic messages at an error event',
      'https://api.anthropic.com/v1/messages',
      [['message_start', { type: 'message_start' }]],
      [['error', { type: 'error', error: { type: 'overloaded_error' } }]],
    ],
    [
      'Gemini at a finish reason',
      gemini,
      [{ candidates: [{ content: {} }] }],
      [{ candidates: [{ finishReason: 'STOP' }] }],
    ],
    ['Gemini at a blocked prompt', gemini, [], [{ promptFeedback: { blockReason: 'SAFETY' } }]],
    [
      'Gemini interactions at interaction.completed',
      'https://generativelanguage.googleapis.com/v1beta/interactions',
      [{ event_type: 'step.stop' }],
      [{ event_type: 'interaction.completed' }],
    ],
    ['Perplexity at the last finish reason', 'https://api.perplexity.ai/chat/completions', [chunk], [last]],
    [
      'Cohere v2 at message-end',
      'https://api.cohere.com/v2/chat',
      [['content-end', { type: 'content-end' }]],
      [['message-end', { type: 'message-end' }]],
    ],
  ])('%s', (_, url, before, end) => {
    expect(isComplete(url, eventStream([...before, ...end]))).toBe(true);
    expect(isComplete(url, eventStream(before))).toBe(false);
    // A server that stopped before its first event labelled its answer all the same.
    expect(isComplete(url, ': keep-alive\n\n')).toBe(false);
  });

  it('of several choices when each of them is finished', () => {
    const url = 'https://api.perplexity.ai/chat/completions';
    const choice = (index: number, reason: string | null) => ({
      choices: [{ index, delta: {}, finish_reason: reason }],
    });
    expect(isComplete(url, eventStream([choice(0, null), choice(1, null), choice(0, 'stop')]))).toBe(false);
    expect(
      isComplete(url, eventStream([choice(0, null), choice(1, null), choice(0, 'stop'), choice(1, 'stop')])),
    ).toBe(true);
  });

  it.each([
    ['/api/chat', [{ done: false }], { done: true }],
    ['/api/chat', [{ done: false }], { error: 'model runner has stopped' }],
    ['/api/pull', [{ status: 'pulling manifest' }], { status: 'success' }],
  ])('of Ollama %s at its last line', (path, before, end) => {
    const body = (lines: readonly object[]) => lines.map((line) => `${JSON.stringify(line)}\n`).join('');
    const type = 'application/x-ndjson';
    expect(isComplete(`http://localhost:11434${path}`, body([...before, ...before, end]), type)).toBe(true);
    expect(isComplete(`http://localhost:11434${path}`, body([...before, ...before]), type)).toBe(false);
  });

  it('of Cohere v1 when it says that it is finished', () => {
    const body =
      '{"is_finished":false,"event_type":"stream-start"}\n{"is_finished":true,"event_type":"stream-end"}\n';
    expect(isComplete('https://api.cohere.com/v1/chat', body, 'application/stream+json')).toBe(true);
    expect(
      isComplete(
        'https://api.cohere.com/v1/chat',
        `${body.split('\n')[0]}\n{"is_fin`,
        'application/stream+json',
      ),
    ).toBe(false);
  });

  it('of a Gemini array only when it was not cut', () => {
    const whole = '[{"candidates":[{"content":{}}]}\n,\r\n{"candidates":[{"finishReason":"STOP"}]}\n]';
    expect(isComplete(gemini, whole, 'application/json')).toBe(true);
    expect(isComplete(gemini, whole.slice(0, 50), 'application/json')).toBe(false);
  });

  it('of files made of lines: those are no streams', () => {
    const results = '{"custom_id":"a","result":{}}\n{"custom_id":"b","result":{}}\n';
    expect(
      isComplete('https://api.anthropic.com/v1/messages/batches/b/results', results, 'application/binary'),
    ).toBe(true);
    expect(
      isComplete('https://api.openai.com/v1/files/file-1/content', results, 'application/octet-stream'),
    ).toBe(true);
  });

  it.each(allProviders)('of $id when it is one document', (provider) => {
    expect(provider.isComplete({ url: 'https://x.test/', status: 200, headers: [], json: {} })).toBe(true);
  });
});
