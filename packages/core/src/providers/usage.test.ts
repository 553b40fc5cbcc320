import { describe, expect, it } from 'vitest';
import { findProvider } from './index.ts';
import { readResponse } from './readable.ts';
import { eventStream, recorded } from '../../test/fixtures/recorded.ts';

function usageOf(url: string, body: string | object, type?: string, status = 200) {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const given = type === undefined ? { status } : { type, status };
  return findProvider(url)!.usage(readResponse(recorded(url, text, given)));
}

const sse = 'text/event-stream';
const openai = 'https://api.openai.com/v1';
const gemini = 'https://generativelanguage.googleapis.com/v1beta';

describe('usage', () => {
  it('of an OpenAI chat completion counts cached and reasoning tokens as parts', () => {
    const usage = {
      prompt_tokens: 100,
      completion_tokens: 30,
      total_tokens: 130,
      prompt_tokens_details: { cached_tokens: 64 },
      completion_tokens_details: { reasoning_tokens: 20 },
    };
    expect(usageOf(`${openai}/chat/completions`, { model: 'gpt-5', usage })).toEqual({
      model: 'gpt-5',
      inputTokens: 100,
      outputTokens: 30,
      cachedInputTokens: 64,
      reasoningTokens: 20,
    });
  });

  it('of an OpenAI stream is in the last chunk, and only with include_usage', () => {
    const chunk = { model: 'gpt-4o', choices: [{ delta: {} }], usage: null };
    const end = {
      model: 'gpt-4o',
      choices: [],
      usage: { prompt_tokens: 3, completion_tokens: 4, total_tokens: 7 },
    };
    const url = `${openai}/chat/completions`;
    expect(usageOf(url, eventStream([chunk, end, '[DONE]']), sse)).toEqual({
      model: 'gpt-4o',
      inputTokens: 3,
      outputTokens: 4,
    });
    expect(usageOf(url, eventStream([chunk, '[DONE]']), sse)).toBeUndefined();
  });

  it('of a Responses stream is in the object inside the last event', () => {
    const response = {
      model: 'gpt-5',
      usage: {
        input_tokens: 8,
        input_tokens_details: { cached_tokens: 0 },
        output_tokens: 11,
        output_tokens_details: { reasoning_tokens: 5 },
        total_tokens: 19,
      },
    };
    const events = [
      ['response.created', { type: 'response.created', response: { model: 'gpt-5', usage: null } }],
      ['response.completed', { type: 'response.completed', response }],
    ];
    expect(usageOf(`${openai}/responses`, eventStream(events), sse)).toEqual({
      model: 'gpt-5',
      inputTokens: 8,
      outputTokens: 11,
      cachedInputTokens: 0,
      reasoningTokens: 5,
    });
  });

  it('of an embedding has no output', () => {
    const body = { model: 'text-embedding-3-small', data: [], usage: { prompt_tokens: 5, total_tokens: 5 } };
    expect(usageOf(`${openai}/embeddings`, body)).toEqual({
      model: 'text-embedding-3-small',
      inputTokens: 5,
      outputTokens: 0,
    });
  });

  it('is not counted again when a stored answer is only looked at', () => {
    const body = { model: 'gpt-5', usage: { input_tokens: 8, output_tokens: 11 } };
    expect(usageOf(`${openai}/responses/resp_1`, body)).toBeUndefined();
    expect(usageOf(`${openai}/responses`, body)).toBeDefined();
  });

  it('of xAI adds the reasoning tokens that its output leaves out', () => {
    const usage = {
      prompt_tokens: 432,
      completion_tokens: 68,
      total_tokens: 636,
      completion_tokens_details: { reasoning_tokens: 136 },
    };
    expect(usageOf('https://api.x.ai/v1/chat/completions', { model: 'grok-4', usage })).toMatchObject({
      outputTokens: 204,
    });
  });

  it('of DeepSeek knows its own name for cached tokens', () => {
    const usage = { prompt_tokens: 353, completion_tokens: 23, prompt_cache_hit_tokens: 256 };
    expect(usageOf('https://api.deepseek.com/chat/completions', { model: 'd', usage })).toMatchObject({
      cachedInputTokens: 256,
    });
  });

  it('of Anthropic counts what was read from and written to the cache as input', () => {
    const usage = {
      input_tokens: 10,
      cache_read_input_tokens: 100,
      cache_creation_input_tokens: 20,
      output_tokens: 7,
    };
    expect(
      usageOf('https://api.anthropic.com/v1/messages', { type: 'message', model: 'claude-opus-5', usage }),
    ).toEqual({
      model: 'claude-opus-5',
      inputTokens: 130,
      outputTokens: 7,
      cachedInputTokens: 100,
      cacheWriteInputTokens: 20,
    });
  });

  it('of an Anthropic stream takes the last total of each count', () => {
    const events = [
      [
        'message_start',
        {
          type: 'message_start',
          message: { model: 'claude-opus-5', usage: { input_tokens: 10, output_tokens: 1 } },
        },
      ],
      ['message_delta', { type: 'message_delta', usage: { output_tokens: 15 } }],
      ['message_delta', { type: 'message_delta', usage: { output_tokens: 42 } }],
    ];
    expect(usageOf('https://api.anthropic.com/v1/messages', eventStream(events), sse)).toEqual({
      model: 'claude-opus-5',
      inputTokens: 10,
      outputTokens: 42,
    });
  });

  it('of Anthropic token counting is none: nothing was generated', () => {
    expect(
      usageOf('https://api.anthropic.com/v1/messages/count_tokens', { input_tokens: 14 }),
    ).toBeUndefined();
  });

  it('of Gemini adds thoughts to the output and tool results to the input', () => {
    const usageMetadata = {
      promptTokenCount: 10,
      toolUsePromptTokenCount: 5,
      cachedContentTokenCount: 4,
      candidatesTokenCount: 12,
      thoughtsTokenCount: 149,
    };
    const expected = {
      model: 'gemini-3.5-flash',
      inputTokens: 15,
      outputTokens: 161,
      cachedInputTokens: 4,
      reasoningTokens: 149,
    };
    const last = { candidates: [], modelVersion: 'gemini-3.5-flash', usageMetadata };
    const first = {
      candidates: [],
      modelVersion: 'gemini-3.5-flash',
      usageMetadata: { promptTokenCount: 10, candidatesTokenCount: 1 },
    };
    expect(usageOf(`${gemini}/models/m:generateContent`, last)).toEqual(expected);
    expect(
      usageOf(`${gemini}/models/m:streamGenerateContent?alt=sse`, eventStream([first, last], '\r\n'), sse),
    ).toEqual(expected);
    expect(usageOf(`${gemini}/models/m:streamGenerateContent`, [first, last])).toEqual(expected);
  });

  it('of a Gemini interaction is in its last event', () => {
    const usage = {
      total_input_tokens: 7,
      total_output_tokens: 20,
      total_thought_tokens: 13,
      total_tokens: 40,
    };
    const event = {
      event_type: 'interaction.completed',
      interaction: { id: 'i', model: 'gemini-3-pro', usage },
    };
    expect(usageOf(`${gemini}/interactions`, eventStream([event]), sse)).toEqual({
      model: 'gemini-3-pro',
      inputTokens: 7,
      outputTokens: 33,
      reasoningTokens: 13,
    });
  });

  it('of Ollama is in the line that says done', () => {
    const lines = [
      { model: 'llama3.2', message: { content: 'a' }, done: false },
      { model: 'llama3.2', done: true, prompt_eval_count: 26, eval_count: 298 },
    ];
    const body = lines.map((line) => `${JSON.stringify(line)}\n`).join('');
    const expected = { model: 'llama3.2', inputTokens: 26, outputTokens: 298 };
    expect(usageOf('http://localhost:11434/api/chat', body, 'application/x-ndjson')).toEqual(expected);
    expect(usageOf('http://localhost:11434/api/generate', lines[1]!)).toEqual(expected);
  });

  it('of Cohere is in three places, by version, and names no model', () => {
    const counts = {
      billed_units: { input_tokens: 5, output_tokens: 2 },
      tokens: { input_tokens: 500, output_tokens: 4 },
      cached_tokens: 448,
    };
    const expected = { model: undefined, inputTokens: 500, outputTokens: 4, cachedInputTokens: 448 };
    const url = 'https://api.cohere.com/v2/chat';
    expect(usageOf(url, { id: 'x', usage: counts })).toEqual(expected);
    expect(
      usageOf(url, eventStream([['message-end', { type: 'message-end', delta: { usage: counts } }]]), sse),
    ).toEqual(expected);
    expect(usageOf('https://api.cohere.com/v1/chat', { text: 'x', meta: counts })).toEqual(expected);
  });

  it.each([
    'https://api.openai.com/v1/files',
    'https://api.anthropic.com/v1/files',
    `${gemini}/files`,
    'http://localhost:11434/api/tags',
    'https://api.cohere.com/v1/models',
  ])('of %s is none', (url) => {
    expect(usageOf(url, { data: [] })).toBeUndefined();
    expect(usageOf(url, '')).toBeUndefined();
    expect(usageOf(url, { error: { message: 'no' } }, undefined, 500)).toBeUndefined();
  });
});
