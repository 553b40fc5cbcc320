import { spawn } from 'node:child_process';
import { constants } from 'node:os';

/** How much of a captured output is kept for messages; the end of it is what explains a failure. */
const outputLimit = 256 * 1024;

/**
 * Runs a command to its end, on the caller's terminal or with its output captured. With `echo` it is both.
 * A signal counts as a failure, with the shell's number for it.
 * @returns {Promise<{ code: number, output: string }>}
 */
export function run(command, args, { cwd, env, capture = false, echo = false }) {
  const { promise, resolve, reject } = withResolvers();
  const child = spawn(command, args, {
    cwd,
    env,
    stdio: capture ? ['ignore', 'pipe', 'pipe'] : 'inherit',
    // On Windows npx and turbo are .cmd files, which only a shell starts. No argument here needs quoting.
    shell: process.platform === 'win32' && command !== process.execPath,
  });
  // Ctrl-C reaches the child too, as it shares the terminal: let it end in its own way and report that.
  const wait = () => {};
  const forward = () => child.kill('SIGTERM');
  process.on('SIGINT', wait).on('SIGTERM', forward);

  let output = '';
  for (const [from, to] of [
    [child.stdout, process.stdout],
    [child.stderr, process.stderr],
  ]) {
    from?.setEncoding('utf8').on('data', (text) => {
      output = (output + text).slice(-outputLimit);
      if (echo) to.write(text);
    });
  }
  child.on('error', reject);
  child.on('close', (code, signal) => {
    process.off('SIGINT', wait).off('SIGTERM', forward);
    resolve({ code: code ?? 128 + constants.signals[signal], output });
  });
  return promise;
}

/** `Promise.withResolvers`, which Node 20 does not have. */
function withResolvers() {
  const deferred = {};
  deferred.promise = new Promise((resolve, reject) => Object.assign(deferred, { resolve, reject }));
  return deferred;
}
