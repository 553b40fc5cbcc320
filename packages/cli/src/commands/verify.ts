import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runInMode } from '../child/run-in-mode.ts';
import { defineCommand, type Command } from '../frame/command.ts';
import { readVerifyLog } from '../verify/read-verify-log.ts';
import { verifyText } from '../verify/verify-text.ts';

export const command: Command = defineCommand({
  usage: '-- <command...>',
  description: [
    'Runs a test command in mode verify: tests get what is on tape, every recorded call is made again beside that, and the',
    'shapes of the two answers are compared. Writes no cassette. Needs keys, and costs what recording costs.',
    "Exit code: the command's own when it fails; 1 on drift, and when something, or nothing at all, could be looked at.",
  ].join('\n'),
  takesCommand: true,
  examples: [
    {
      command: 'reel verify -- npx vitest run',
      describe: 'asks the providers whether the cassettes are still true',
    },
    {
      command: 'reel verify --json -- npx vitest run > drift.json',
      describe: "the same for a nightly job; the runner's output goes to stderr",
    },
  ],
  async run(context) {
    const { out, json } = context;
    const folder = mkdtempSync(join(tmpdir(), 'reel-verify-'));
    try {
      const log = join(folder, 'log');
      const { code } = await runInMode(context, { mode: 'verify', variables: { REEL_VERIFY_LOG: log } });
      const report = readVerifyLog(log);
      const isRed =
        report.compared === 0 ||
        report.notLooked.length > 0 ||
        report.drift.some(({ severity }) => severity === 'error');
      const exitCode = code !== 0 ? code : isRed ? 1 : 0;
      if (json) out.json({ ...report, exitCode });
      else out.print(verifyText(report, out.paint));
      return exitCode;
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
});
