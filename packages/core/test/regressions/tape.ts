import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startProviders, type Simulator } from '@reel/testkit';
import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest';
import type { ReelOptions } from '../../src/options.ts';
import { useCassette } from '../../src/use-cassette.ts';

/** A provider, a folder of its own for each test, and the two runs every regression is made of. */
export interface Tape {
  readonly provider: Simulator;
  readonly dir: string;
  record<T>(fn: () => Promise<T>, options?: ReelOptions): Promise<T>;
  replay<T>(fn: () => Promise<T>, options?: ReelOptions): Promise<T>;
  /** The cassette as text. */
  read(): string;
}

export const chatUrl = 'https://api.openai.com/v1/chat/completions';
export const key = 'sk-regression-0123456789abcdef';
export const chatHeaders = { 'content-type': 'application/json', authorization: `Bearer ${key}` };

export const chatBody = (prompt: string, more: object = {}): string =>
  JSON.stringify({ model: 'gpt-4o-mini', messages: [{ role: 'user', content: prompt }], ...more });

/** `https://plain.test` is the simulator's corner for transports. Call at the top level of a test file. */
export function useTape(): Tape {
  let provider: Simulator;
  let dir: string;
  beforeAll(async () => {
    provider = await startProviders();
  });
  afterAll(() => provider.close());
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'reel-regression-'));
    provider.reset();
  });
  afterEach(() => rmSync(dir, { recursive: true, force: true }));
  const run = <T>(mode: string, fn: () => Promise<T>, options: ReelOptions = {}): Promise<T> => {
    const upstreams = {
      ...provider.upstreams,
      'https://plain.test': `${provider.url}/http`,
      ...options.upstreams,
    };
    return useCassette('tape', { mode, dir, ...options, upstreams }, fn);
  };
  return {
    get provider() {
      return provider;
    },
    get dir() {
      return dir;
    },
    record: (fn, options) => run('record', fn, options),
    replay: (fn, options) => run('replay', fn, options),
    read: () => readFileSync(join(dir, 'tape.jsonl'), 'utf8'),
  };
}
