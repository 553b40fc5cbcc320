import { join } from 'node:path';
import { getGlobalDispatcher, setGlobalDispatcher, SnapshotAgent } from 'undici';
import type { Contender } from '../contender.ts';

export const contender: Contender = {
  name: 'undici SnapshotAgent',
  clients: ['undici'],
  records: true,
  async start(mode, folder) {
    const before = getGlobalDispatcher();
    const agent = new SnapshotAgent({
      mode: mode === 'record' ? 'record' : 'playback',
      snapshotPath: join(folder, 'bench-snapshot.json'),
      maxSnapshots: 100_000,
    });
    setGlobalDispatcher(agent);
    return async () => {
      if (mode === 'record') await agent.saveSnapshots();
      setGlobalDispatcher(before);
      await agent.close();
    };
  },
};
