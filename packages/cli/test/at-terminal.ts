import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { cleanEnvironment, run, type Ran } from './reel.ts';

/** Node has no pseudo-terminals; Python does. Sends the next key when its question has appeared. */
const program = `import fcntl, json, os, pty, signal, struct, sys, termios, time
# A question that never comes: with us the terminal goes, and with it the command.
signal.alarm(50)
answers, words, cwd = json.loads(sys.argv[1]), json.loads(sys.argv[2]), sys.argv[3]
pid, fd = pty.fork()
if pid == 0:
    # Without a size, what is printed is wrapped after every letter.
    fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack('HHHH', 40, 120, 0, 0))
    os.chdir(cwd)
    os.execvp(words[0], words)
seen = b''
while True:
    try: data = os.read(fd, 65536)
    except OSError: break
    if not data: break
    sys.stdout.buffer.write(data)
    seen += data
    if answers and answers[0][0].encode() in seen:
        time.sleep(0.2)
        os.write(fd, answers.pop(0)[1].encode())
        seen = b''
sys.stdout.flush()
sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
`;

export const hasTerminal: boolean =
  process.platform !== 'win32' && spawnSync('python3', ['-c', 'import pty']).status === 0;

/** What is waited for, and the key that is pressed then. */
export type Answer = readonly [question: string, key: string];

/** Runs `reel` with a terminal for its stdin, stdout and stderr, which all are in `stdout` of the result. */
export function reelAtTerminal(
  words: readonly string[],
  answers: readonly Answer[],
  cwd: string,
): Promise<Ran> {
  const main = fileURLToPath(new URL('../src/main.ts', import.meta.url));
  const all = [process.execPath, '--disable-warning=ExperimentalWarning', main, ...words];
  return run('python3', ['-c', program, JSON.stringify(answers), JSON.stringify(all), cwd], {
    cwd,
    env: { ...(cleanEnvironment() as Record<string, string>), TERM: 'xterm-256color' },
  });
}
