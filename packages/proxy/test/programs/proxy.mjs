// A proxy in a process of its own: prints its address as JSON, stops at the end of its input.
import { startProxy } from '../../src/index.ts';

const proxy = await startProxy(JSON.parse(process.argv[2]));
console.log(JSON.stringify({ url: proxy.url }));
process.stdin.resume();
process.stdin.once('end', async () => {
  const { reports } = await proxy.close();
  console.log(JSON.stringify(reports.map(({ saved, recorded }) => ({ saved, recorded }))));
});
