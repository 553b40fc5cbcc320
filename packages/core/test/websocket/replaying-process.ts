/**
 * Replays the session that `large.test.ts` recorded, and prints by how many bytes the memory of the process grew at most. A process of its
 * own: where a session was recorded, the heap is as large as it was for that, and shows nothing of a replay.
 */
import { useCassette } from '../../src/use-cassette.ts';
import { connectWs } from './clients.ts';
import { askLoudly, realtime } from './loud-session.ts';

const [dir = ''] = process.argv.slice(2);
const before = process.memoryUsage.rss();
let most = before;
const watch = setInterval(() => (most = Math.max(most, process.memoryUsage.rss())), 5);
await useCassette('talk', { dir, mode: 'replay' }, async () => {
  const client = await connectWs(realtime);
  await askLoudly(client);
  client.close(1000);
  await client.closed();
});
clearInterval(watch);
console.log(most - before);
