import { realpathSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { createRecorder } from '../../src/recorder.ts';
import { chatBody, chatHeaders, chatUrl, useTape } from './tape.ts';

const tape = useTape();
const home = process.cwd();
afterEach(() => process.chdir(home));

test('a test that changes the working directory changes neither the place of its cassette nor how it is called', async () => {
  const recorder = createRecorder({
    mode: { mode: 'record', source: 'test' },
    options: { upstreams: tape.provider.upstreams },
  }).start();
  try {
    for (let attempt = 0; attempt < 2; attempt++) {
      const scope = recorder.open({ cassette: 'moved', store: recorder.storeAt(tape.dir), test: 'moves' });
      const report = await scope.run(async () => {
        process.chdir(realpathSync(tmpdir()));
        await fetch(chatUrl, { method: 'POST', headers: chatHeaders, body: chatBody('hello') });
        return scope.close('passed');
      });
      expect(report.cassette).toBe(relative(home, join(tape.dir, 'moved.jsonl')).replaceAll('\\', '/'));
      // The next attempt is not told that this one still has the cassette.
      process.chdir(home);
    }
  } finally {
    recorder.stop();
  }
});
