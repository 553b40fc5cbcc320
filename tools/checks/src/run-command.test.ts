import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../test/temporary-folder.ts';
import { runCommand } from './run-command.ts';

const cwd = import.meta.dirname;

/** Starts a second process that would live for a minute, prints its id, and goes on. */
const startsAnother = `
  const { spawn } = require('node:child_process');
  const child = spawn(process.execPath, ['-e', 'setTimeout(() => {}, 60_000)'], { stdio: 'inherit' });
  console.log('pid ' + child.pid);
`;

test('standard output and error are kept, and a success has no reason', async () => {
  const result = await runCommand(`node -e "console.log('out'); console.error('err')"`, { cwd });

  expect(result).toMatchObject({ ok: true, reason: '' });
  expect(result.output).toContain('out\n');
  expect(result.output).toContain('err\n');
});

test.each([
  ['node -e "process.exit(3)"', 'exit code 3'],
  ['reel-has-no-such-command', 'exit code 127'],
])('a failure says why: %s', async (line, reason) => {
  expect(await runCommand(line, { cwd })).toMatchObject({ ok: false, reason });
});

test('a process that the command left behind ends with it', async () => {
  const folder = temporaryFolder({ 'main.cjs': `${startsAnother} child.unref();` });
  const { ok, output } = await runCommand('node main.cjs', { cwd: folder });

  expect(ok).toBe(true);
  expect(await hasEnded(pidIn(output))).toBe(true);
});

test('a command that hangs is ended at its limit, with everything it started', async () => {
  const folder = temporaryFolder({ 'main.cjs': startsAnother });
  const result = await runCommand('node main.cjs', { cwd: folder, limitMinutes: 0.01 });

  expect(result).toMatchObject({ ok: false, reason: 'no end after 0.01 minutes' });
  expect(await hasEnded(pidIn(result.output))).toBe(true);
});

test('the command gets no input to wait for', async () => {
  const { output } = await runCommand(
    `node -e "process.stdin.on('end', () => console.log('ended')).resume()"`,
    { cwd },
  );

  expect(output).toBe('ended\n');
});

function pidIn(output: string): number {
  return Number(/pid (\d+)/.exec(output)?.[1]);
}

/** A killed process stays visible until its parent, or init, has collected it. */
async function hasEnded(pid: number): Promise<boolean> {
  for (let tries = 0; tries < 100; tries++) {
    try {
      process.kill(pid, 0);
    } catch {
      return true;
    }
    await delay(20);
  }
  return false;
}
