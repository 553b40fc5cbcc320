import { importFiles } from '@reel/convert';

/** One import in a process of its own: the built package, as `reel import` runs it. Says what it took as JSON. */
const [source, to] = process.argv.slice(2);
const started = performance.now();
const { totals } = await importFiles({ sources: [source!], to: to!, environment: {} });
const seconds = (performance.now() - started) / 1e3;
const { user, system } = process.cpuUsage();
// Kilobytes on every system: libuv sees to that.
const peak = process.resourceUsage().maxRSS * 1024;
console.log(
  JSON.stringify({ ...totals, seconds, cpuSeconds: (user + system) / 1e6, peak } satisfies Measured),
);

export type Measured = Awaited<ReturnType<typeof importFiles>>['totals'] & {
  readonly seconds: number;
  readonly cpuSeconds: number;
  readonly peak: number;
};
