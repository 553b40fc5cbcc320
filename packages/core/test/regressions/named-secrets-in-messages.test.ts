import { expect, test } from 'vitest';
import { createRecorder } from '../../src/recorder.ts';
import { useTape } from './tape.ts';

const tape = useTape();
/** No shape and no chance tells that it is a secret, only the name of its field. */
const secret = 'tulip';
const url = `https://api.openai.com/v1/files?token=${secret}`;

async function messagesInReplay(): Promise<string> {
  const recorder = createRecorder({ mode: { mode: 'replay', source: 'test' } }).start();
  try {
    await fetch(url).catch(() => {});
    const scope = recorder.open({ cassette: 'tape', store: recorder.storeAt(tape.dir), test: 'asks' });
    await scope.run(() => fetch(url)).catch(() => {});
    const report = await scope.close('passed');
    await scope.run(() => fetch(url)).catch(() => {});
    return JSON.stringify([report, recorder.takeStrays().map(({ message }) => message)]);
  } finally {
    recorder.stop();
  }
}

test('no message of a request outside of tests, without a recording or too late has a secret of its URL', async () => {
  const replayed = await messagesInReplay();
  const codes = ['REEL_OUTSIDE_TEST', 'REEL_CASSETTE_NOT_FOUND', 'REEL_SCOPE_CLOSED'];
  for (const code of codes) expect(replayed).toContain(code);
  expect(replayed).not.toContain(secret);
});

test('nor has the refusal to record without a key', () => {
  const recorder = createRecorder({ mode: { mode: 'record', source: 'test' }, environment: {} });
  const scope = recorder.open({ cassette: 'tape', store: recorder.storeAt(tape.dir), test: 'asks' });
  const plan = scope.plan({ method: 'GET', url, headers: [], transport: 'fetch' });
  expect(plan.kind === 'decide' && plan.decide(new Uint8Array(0)).kind).toBe('reply');
  const report = JSON.stringify(scope.closeNow('passed'));
  expect(report).toContain('REEL_NO_API_KEY');
  expect(report).not.toContain(secret);
});
