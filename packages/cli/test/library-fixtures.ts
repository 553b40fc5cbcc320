import { execFileSync } from 'node:child_process';
import { encodeCassette, type Interaction } from '@reel/core/engine';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

/** The text of a cassette file. */
export function cassette(
  interactions: readonly Interaction[],
  header: { readonly name?: string; readonly recordedAt?: string } = {},
): string {
  const { name = 'chat/greets', recordedAt = '2026-11-20T10:00:00Z' } = header;
  const { bytes } = encodeCassette(
    { reel: 1, name, recordedAt, by: '@reel/core 0.1.0', rules: '' },
    interactions,
  );
  return Buffer.from(bytes).toString('utf8');
}

/** A call with a JSON answer. */
export function call(
  request: unknown,
  answer: unknown,
  url = 'https://api.openai.com/v1/chat/completions',
): Interaction {
  return {
    request: {
      method: 'POST',
      url,
      headers: [['content-type', 'application/json']],
      body: bytes(JSON.stringify(request)),
    },
    response: { status: 200, headers: [['content-type', 'application/json']] },
    chunks: [{ bytes: bytes(JSON.stringify(answer)) }],
    ending: { kind: 'end' },
  };
}

export function chat(question: string, answer: string, model = 'gpt-4o-mini'): Interaction {
  return call(
    { model, messages: [{ role: 'user', content: question }] },
    {
      id: 'chatcmpl-1',
      object: 'chat.completion',
      model,
      choices: [{ index: 0, message: { role: 'assistant', content: answer }, finish_reason: 'stop' }],
      usage: { prompt_tokens: 1000, completion_tokens: 500, total_tokens: 1500 },
    },
  );
}

/** A streamed answer; without `[DONE]` when it is not whole. */
export function streamed(question: string, words: readonly string[], whole = true): Interaction {
  const events = words.map((content) => JSON.stringify({ choices: [{ index: 0, delta: { content } }] }));
  return {
    ...chat(question, ''),
    response: { status: 200, headers: [['content-type', 'text/event-stream']] },
    chunks: [...events, ...(whole ? ['[DONE]'] : [])].map((event) => ({
      bytes: bytes(`data: ${event}\n\n`),
    })),
  };
}

/** Put together when a test runs, so that no scanner of secrets stops a commit of this file. */
export const secret: string = ['sk', 'proj', `${'aZ3'.repeat(20)}x9`].join('-');

/** The receipt of a green run of the whole suite. */
export function receipt(
  cassettes: Readonly<Record<string, { bytes: number; interactions: number; used: readonly number[] }>>,
  more: object = {},
): string {
  return JSON.stringify({
    receipt: 1,
    runner: 'vitest',
    at: '2026-11-21T00:00:00Z',
    mode: 'replay',
    green: true,
    partial: [],
    cassettes: Object.fromEntries(
      Object.entries(cassettes).map(([path, use]) => [path, { ...use, written: false, skipped: false }]),
    ),
    tests: [{ test: 't', cassette: '', outcome: 'passed', replayed: 1, recorded: 0, unused: 0, misses: [] }],
    savedUsage: [
      {
        provider: 'openai',
        model: 'gpt-4o-mini',
        calls: 3,
        inputTokens: 3000,
        outputTokens: 1500,
        cost: 0.00135,
      },
    ],
    spentUsage: [],
    warnings: [],
    ...more,
  });
}

/** Runs git as somebody with a name. */
export function git(folder: string, ...words: readonly string[]): string {
  const who = ['-c', 'user.name=Tester', '-c', 'user.email=tester@example.com', '-c', 'commit.gpgsign=false'];
  return execFileSync('git', [...who, ...words], { cwd: folder, encoding: 'utf8', stdio: 'pipe' });
}

/** Makes a folder a repository with all its files committed. */
export function commitAll(folder: string, message = 'first'): void {
  git(folder, 'init', '-q', '-b', 'main');
  git(folder, 'add', '-A');
  git(folder, 'commit', '-q', '-m', message);
}
