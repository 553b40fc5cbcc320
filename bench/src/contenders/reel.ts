import { createRecorder, createFileStore } from '@reel/core';
import type { Contender } from '../contender.ts';

export const contender: Contender = {
  name: 'reel',
  clients: ['fetch', 'undici', 'http'],
  records: true,
  async start(mode, folder, { url }) {
    const recorder = createRecorder({
      mode: { mode, source: 'the benchmark' },
      options: { intercept: [new URL(url).host], unused: 'ignore' },
    }).start();
    const scope = recorder.open({
      cassette: 'bench',
      store: createFileStore({ root: folder }),
      test: 'bench',
    });
    const leave = scope.enter();
    return async () => {
      leave();
      await scope.close('passed');
      scope.assertNoMisses();
      recorder.stop();
    };
  },
};
