import { createRequire } from 'node:module';
import type { Contender } from '../contender.ts';

// Polly.js is CommonJS and has no types.
const load = createRequire(import.meta.url);

export const contender: Contender = {
  name: 'Polly.js',
  clients: ['fetch', 'http'],
  records: true,
  async start(mode, folder) {
    const { Polly } = load('@pollyjs/core');
    const adapters = [load('@pollyjs/adapter-fetch'), load('@pollyjs/adapter-node-http')].map(
      (one) => one.default ?? one,
    );
    const persister = load('@pollyjs/persister-fs');
    const polly = new Polly('bench', {
      adapters,
      persister: persister.default ?? persister,
      persisterOptions: { fs: { recordingsDir: folder } },
      mode,
      recordIfMissing: mode === 'record',
      logLevel: 'silent',
    });
    return () => polly.stop();
  },
};
