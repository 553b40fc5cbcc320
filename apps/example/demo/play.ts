import { describeUsage, summarize, useCassette, type ScopeReport } from '@reel/core';
import { changedQuestion, scenes } from './scenes.ts';

/**
 * Plays all scenes in one process, in the mode that REEL_MODE says: the demo starts this file once to record and, without a
 * key and with the simulator gone, again to replay. `--changed` asks the changed question, first scene only.
 */
const isChanged = process.argv.includes('--changed');
const reports: ScopeReport[] = [];
const started = performance.now();
for (const scene of isChanged ? scenes(changedQuestion).slice(0, 1) : scenes()) {
  try {
    const line = await useCassette(scene.cassette, { onReport: (report) => reports.push(report) }, () =>
      scene.play(),
    );
    process.stdout.write(`  ${scene.title}\n    ${shorten(line)}\n`);
  } catch (error) {
    process.stdout.write(`\n${String((error as Error).message)}\n`);
    process.exitCode = 1;
  }
}
const { replayed, recorded, savedUsage, spentUsage } = summarize(reports);
const counts = [
  recorded > 0 && `${recorded} calls recorded`,
  replayed > 0 && `${replayed} calls replayed`,
].filter(Boolean);
const usage = [...spentUsage, ...savedUsage];
if (!isChanged) {
  process.stdout.write(`  -> ${counts.join(', ')} in ${(performance.now() - started).toFixed(0)} ms`);
  process.stdout.write(usage.length === 0 ? '\n' : ` (${describeUsage(usage)})\n`);
}

function shorten(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ');
  return line.length > 150 ? `${line.slice(0, 149)}…` : line;
}
