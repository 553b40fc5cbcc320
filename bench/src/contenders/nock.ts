import nock from 'nock';
import type { Contender } from '../contender.ts';

export const contender: Contender = {
  name: 'nock.back',
  clients: ['fetch', 'http'],
  records: true,
  async start(mode, folder) {
    nock.back.fixtures = folder;
    nock.back.setMode(mode === 'record' ? 'update' : 'lockdown');
    const { nockDone } = await nock.back('bench.json');
    return async () => {
      nockDone();
      nock.back.setMode('wild');
    };
  },
};
