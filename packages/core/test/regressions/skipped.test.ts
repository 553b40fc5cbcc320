import { expect, test } from 'vitest';
import { createRecorder } from '../../src/recorder.ts';
import { chatBody, chatHeaders, chatUrl, useTape } from './tape.ts';

const tape = useTape();
const ask = (prompt: string): Promise<Response> =>
  fetch(chatUrl, { method: 'POST', headers: chatHeaders, body: chatBody(prompt) });

/** A test that asks something and then decides to skip itself. */
async function skipping(mode: 'record' | 'replay', ...prompts: string[]): Promise<number> {
  const recorder = createRecorder({
    mode: { mode, source: 'test' },
    options: { upstreams: tape.provider.upstreams },
  }).start();
  try {
    const scope = recorder.open({ cassette: 'tape', store: recorder.storeAt(tape.dir), test: 'skips' });
    await scope.run(async () => {
      for (const prompt of prompts) await ask(prompt);
    });
    return (await scope.close('skipped')).misses.length;
  } finally {
    recorder.stop();
  }
}

test('what a test asked before it skipped itself is recorded, so that it can skip itself in replay', async () => {
  await skipping('record', 'may I?');
  expect(await skipping('replay', 'may I?')).toBe(0);
});

test('but never in place of what the whole test had recorded', async () => {
  await tape.record(async () => {
    await ask('may I?');
    await ask('the rest');
  });
  const whole = tape.read();
  await skipping('record', 'may I?');
  expect(tape.read()).toBe(whole);
});
