// `npm run compat`: whether the working tree replays what main and the latest release record. A break of main is red unless the change
// announces it; one of the latest release is told, and never red.
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { announcedBreak } from './announced-break.ts';
import { checkCompat } from './check-compat.ts';
import {
  latestRelease,
  mainReference,
  messagesSince,
  prepareReference,
  type Reference,
} from './reference.ts';
import { findingLines, warnGitHub } from './tell.ts';

const root = resolve(import.meta.dirname, '../../..');
const { values } = parseArgs({
  options: {
    reference: { type: 'string' },
    'no-release': { type: 'boolean', default: false },
    title: { type: 'string' },
    body: { type: 'string' },
  },
});
const cache = join(root, 'node_modules/.cache/reel-compat');
const workingTree = { label: 'the working tree', root };

async function compare(reference: Reference): Promise<number> {
  const side = await prepareReference(root, reference, cache, (line) => console.log(line));
  const { findings, scenarios, tests } = await checkCompat(side, workingTree);
  console.log(
    findings.length === 0
      ? `ok    ${side.label}: ${scenarios} scenarios and ${tests} tests of the example replay as they did`
      : `BREAK ${side.label}: ${findings.length} of ${scenarios} scenarios and ${tests} tests of the example do not replay as they did`,
  );
  for (const line of findingLines(findings)) console.log(line);
  return findings.length;
}

/** What says that the change breaks something: the pull request, else the commits since the reference. */
function announcement(reference: Reference): string | undefined {
  const title = values.title ?? (process.env['REEL_COMPAT_TITLE'] || undefined);
  const body = values.body ?? (process.env['REEL_COMPAT_BODY'] || undefined);
  if (title !== undefined || body !== undefined) return announcedBreak(title ?? '', body ?? '');
  return messagesSince(root, reference)
    .map((message) => announcedBreak(message.title, message.body))
    .find((words) => words !== undefined);
}

async function main(): Promise<number> {
  const reference = mainReference(
    root,
    values.reference ?? (process.env['REEL_COMPAT_REFERENCE'] || undefined),
  );
  const broken = await compare(reference);
  const release = values['no-release'] ? undefined : latestRelease(root);
  if (values['no-release'] === false && release === undefined) console.log('note  nothing was released yet');
  if (release !== undefined && release.commit !== reference.commit) {
    try {
      const count = await compare(release);
      if (count > 0)
        warnGitHub(
          `What ${release.name} recorded does not replay any more (${count} findings). This does not block.`,
        );
    } catch (error) {
      // The latest release informs: what cannot be set up any more on this machine does not block either.
      warnGitHub(`The latest release was not compared with: ${(error as Error).message}`);
    }
  }
  if (broken === 0) return 0;
  const words = announcement(reference);
  if (words !== undefined) {
    warnGitHub(`This change breaks recordings of ${reference.name}, and says so: ${words}`);
    return 0;
  }
  console.error(
    `\nThis change breaks recordings that people have. Keep them readable (packages/core/src/cassette/migrations), or announce it:\n` +
      `"!:" in the title, or "BREAKING CHANGE: what to do" in the body.`,
  );
  return 1;
}

try {
  process.exitCode = await main();
} catch (error) {
  console.error(`\n${(error as Error).message}`);
  process.exitCode = 2;
}
