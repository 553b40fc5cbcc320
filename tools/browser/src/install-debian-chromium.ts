import { spawn } from 'node:child_process';
import { closeSync, existsSync, openSync, readFileSync, rmSync, statSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

/** How long an installation may take, in milliseconds. */
const patience = 5 * 60_000;

/**
 * Installs Debian's package, once, whoever else on this machine wants it at the same time.
 * @returns why it could not be, or `undefined` when it is there
 */
export async function installDebianChromium(
  environment: Readonly<Record<string, string | undefined>> = process.env,
): Promise<string | undefined> {
  const obstacle = whyNot(environment);
  if (obstacle !== undefined) return obstacle;
  const release = await lock(join(tmpdir(), 'reel-chromium.lock'));
  try {
    if (existsSync('/usr/bin/chromium')) return undefined;
    process.stderr.write(
      'browser: installing the Debian package chromium (apt-get), for the tests with a page\n',
    );
    const first = await apt('install', '-y', '--no-install-recommends', 'chromium');
    if (first.code === 0) return undefined;
    // A fresh container has no lists of packages.
    await apt('update');
    const second = await apt('install', '-y', '--no-install-recommends', 'chromium');
    return second.code === 0 ? undefined : `apt-get install chromium failed: ${lastLine(second.output)}`;
  } finally {
    release();
  }
}

function whyNot(environment: Readonly<Record<string, string | undefined>>): string | undefined {
  if (environment['REEL_NO_INSTALL'] === '1') return 'REEL_NO_INSTALL=1 forbids to install one';
  if (!existsSync('/usr/bin/apt-get') || !existsSync('/etc/debian_version'))
    return 'install one, or name it with REEL_BROWSER';
  if (process.getuid?.() !== 0) return 'install one (apt-get install chromium), or name it with REEL_BROWSER';
  return undefined;
}

function apt(...args: string[]): Promise<{ code: number; output: string }> {
  const child = spawn('apt-get', args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    timeout: patience,
  });
  let output = '';
  child.stdout.on('data', (piece: Buffer) => (output += piece.toString()));
  child.stderr.on('data', (piece: Buffer) => (output += piece.toString()));
  return new Promise((resolve) => {
    child.on('error', (error) => resolve({ code: 1, output: error.message }));
    child.on('close', (code) => resolve({ code: code ?? 1, output }));
  });
}

function lastLine(output: string): string {
  return output.trim().split('\n').at(-1) ?? '';
}

/** Holds a file that only one process can make. One that is older than any installation was left behind by a killed process. */
async function lock(file: string): Promise<() => void> {
  for (;;) {
    try {
      const handle = openSync(file, 'wx');
      writeSync(handle, String(process.pid));
      closeSync(handle);
      return () => rmSync(file, { force: true });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      if (isAbandoned(file)) rmSync(file, { force: true });
      else await wait(200);
    }
  }
}

function isAbandoned(file: string): boolean {
  try {
    if (Date.now() - statSync(file).mtimeMs > 2 * patience) return true;
    process.kill(Number(readFileSync(file, 'utf8')) || process.pid, 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH';
  }
}
