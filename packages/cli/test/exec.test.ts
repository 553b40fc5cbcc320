import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startProviders, type Simulator } from '@reel/testkit';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { cleanEnvironment, reel, run, type Ran } from './reel.ts';
import { temporaryFolder } from './temporary-folder.ts';
import { upstreamsText } from './vitest-project.ts';

let provider: Simulator;
beforeAll(async () => {
  provider = await startProviders();
});
afterAll(() => provider.close());
beforeEach(() => provider.reset());

/** An application as anybody writes it: the standard library, the variables that the OpenAI SDK reads, no word of Reel. */
const agent = `import json, os, sys, urllib.request
base = os.environ.get('OPENAI_BASE_URL', 'https://api.openai.com/v1')
prompt = sys.argv[1] if len(sys.argv) > 1 else 'Say hello'
request = urllib.request.Request(
    base + '/chat/completions',
    data=json.dumps({'model': 'gpt-4o-mini', 'messages': [{'role': 'user', 'content': prompt}]}).encode(),
    headers={'content-type': 'application/json', 'authorization': 'Bearer ' + os.environ['OPENAI_API_KEY']},
)
with urllib.request.urlopen(request) as response:
    print(json.load(response)['choices'][0]['message']['content'])
`;

/** The same for Node, on any client. */
const nodeAgent = `const base = process.env.OPENAI_BASE_URL ?? 'https://api.openai.com/v1';
const response = await fetch(base + '/chat/completions', {
  method: 'POST',
  headers: { 'content-type': 'application/json', authorization: 'Bearer ' + process.env.OPENAI_API_KEY },
  body: JSON.stringify({ model: 'gpt-4o-mini', messages: [{ role: 'user', content: process.argv[2] ?? 'Say hello' }] }),
});
const body = await response.json();
console.log(response.ok ? body.choices[0].message.content : 'refused');
`;

const python = 'python3';
const hasPython = spawnSync(python, ['--version']).status === 0;
const needsPython = 'Python 3 is not installed';

const recording = (): Record<string, string> => ({
  OPENAI_API_KEY: 'sk-exec-live-key-0001',
  REEL_UPSTREAMS: upstreamsText(provider.upstreams),
});

/** Records with the provider, then replays with nobody behind the proxy and no key. */
async function recordAndReplay(
  options: readonly string[],
  words: readonly string[],
  cwd: string,
): Promise<[Ran, Ran]> {
  const recorded = await reel(['exec', '--mode', 'record', ...options, '--', ...words], {
    cwd,
    env: recording(),
  });
  const calls = provider.calls;
  const replayed = await reel(['exec', '--mode', 'replay', ...options, '--', ...words], { cwd });
  expect(provider.calls).toBe(calls);
  return [recorded, replayed];
}

describe('an unmodified Python program', () => {
  test('is recorded through its base URL, and works offline from then on', async ({ skip }) => {
    if (!hasPython) skip(needsPython);
    const cwd = temporaryFolder({ 'agent.py': agent });

    const [recorded, replayed] = await recordAndReplay([], [python, 'agent.py'], cwd);

    expect(recorded.code).toBe(0);
    expect(recorded.stderr).toContain('1 recorded');
    expect(recorded.stdout.trim()).not.toBe('');
    expect(replayed).toMatchObject({ code: 0, stdout: recorded.stdout });
    expect(replayed.stderr).toContain('1 replayed');
    const cassette = readFileSync(join(cwd, 'cassettes/exec/python3-agent.jsonl'), 'utf8');
    expect(cassette).toContain('"url":"https://api.openai.com/v1/chat/completions"');
    expect(cassette).not.toContain('sk-exec-live-key-0001');
  });

  test('is recorded through HTTPS_PROXY when it knows no base URL', async ({ skip }) => {
    if (!hasPython) skip(needsPython);
    const cwd = temporaryFolder({ 'agent.py': agent });

    const [recorded, replayed] = await recordAndReplay(
      ['--forward', '-c', 'forward/agent'],
      [python, 'agent.py'],
      cwd,
    );

    expect(recorded.code).toBe(0);
    expect(replayed).toMatchObject({ code: 0, stdout: recorded.stdout });
    expect(replayed.stderr).toContain('1 replayed');
    expect(existsSync(join(cwd, 'cassettes/forward/agent.jsonl'))).toBe(true);
  });

  test('that swallows a miss makes us fail, with the remedy at the end', async ({ skip }) => {
    if (!hasPython) skip(needsPython);
    const careless = `${agent.replace('with urllib', 'try:\n  with urllib').replace('    print', '      print')}except Exception: print('careless')\n`;
    const cwd = temporaryFolder({ 'agent.py': careless });
    await reel(['exec', '-m', 'record', '--', python, 'agent.py'], { cwd, env: recording() });

    const { code, stdout, stderr } = await reel(['exec', '--', python, 'agent.py', 'Say goodbye'], { cwd });

    expect({ code, stdout }).toEqual({ code: 1, stdout: 'careless\n' });
    expect(stderr).toContain('REEL_CASSETTE_NOT_FOUND');
    const missed = await reel(['exec', '-c', 'exec/python3-agent', '--', python, 'agent.py', 'Say goodbye'], {
      cwd,
    });
    expect(missed.code).toBe(1);
    expect(missed.stderr).toMatch(/REEL_NO_MATCH[^]*Say goodbye/);
    expect(missed.stderr).toContain(
      "to record it: reel exec --mode record --cassette exec/python3-agent -- python3 agent.py 'Say goodbye'",
    );
  });
});

describe('curl', () => {
  const ask = `{"model":"gpt-4o-mini","stream":true,"messages":[{"role":"user","content":"Tell me a story"}]}`;
  const curl = (base: string): string[] => [
    'sh',
    '-c',
    `curl -sN "${base}/chat/completions" -H "authorization: Bearer $OPENAI_API_KEY" -H 'content-type: application/json' -d '${ask}'`,
  ];
  const hasCurl = process.platform !== 'win32' && spawnSync('curl', ['--version']).status === 0;

  test.for([
    { name: 'its base URL', options: [], base: '$OPENAI_BASE_URL' },
    { name: 'HTTPS_PROXY', options: ['--forward'], base: 'https://api.openai.com/v1' },
  ])('gets a stream byte for byte, through $name', async ({ options, base }, { skip }) => {
    if (!hasCurl) skip('curl is not installed');
    const cwd = temporaryFolder();

    const [recorded, replayed] = await recordAndReplay([...options, '-c', 'story'], curl(base), cwd);

    expect(recorded).toMatchObject({ code: 0 });
    expect(recorded.stdout).toMatch(/^data: \{[^]*data: \[DONE\]\n\n$/);
    // What is made up at each call has its stable value on tape.
    const stable = (text: string): string =>
      text
        .replaceAll(/"id":"[^"]+"/g, '"id":""')
        .replaceAll(/"created":\d+/g, '"created":0')
        .replaceAll(/"obfuscation":"[^"]*"/g, '"obfuscation":""')
        .replaceAll(/"system_fingerprint":"[^"]*"/g, '"system_fingerprint":""');
    expect(replayed.code).toBe(0);
    expect(stable(replayed.stdout)).toBe(stable(recorded.stdout));
    expect((await reel(['exec', ...options, '-c', 'story', '--', ...curl(base)], { cwd })).stdout).toBe(
      replayed.stdout,
    );
  });
});

test('mode verify makes the calls again beside the replay', async () => {
  const cwd = temporaryFolder({ 'agent.mjs': nodeAgent });
  const words = [process.execPath, 'agent.mjs'];
  const recorded = await reel(['exec', '-m', 'record', '-c', 'one', '--', ...words], {
    cwd,
    env: recording(),
  });
  provider.reset();

  const same = await reel(['exec', '-m', 'verify', '-c', 'one', '--', ...words], { cwd, env: recording() });
  expect(same).toMatchObject({ code: 0, stdout: recorded.stdout });
  expect(provider.calls).toBe(1);

  provider.fail(404);
  const drifted = await reel(['exec', '-m', 'verify', '-c', 'one', '--', ...words], {
    cwd,
    env: recording(),
  });
  expect(drifted).toMatchObject({ code: 1, stdout: recorded.stdout });
  expect(drifted.stderr).toMatch(/REEL_DRIFT[^]*the status is 404; it was 200/);
});

describe('a Node program', () => {
  const words = [process.execPath, 'agent.mjs'];

  test('finds the proxy by its variables', async () => {
    const cwd = temporaryFolder({ 'agent.mjs': nodeAgent });
    const [recorded, replayed] = await recordAndReplay(['-c', 'one'], words, cwd);

    expect(recorded.stderr).toContain('1 recorded');
    expect(replayed).toMatchObject({ code: 0, stdout: recorded.stdout });
  });

  test('needs no proxy with --preload, and shares the cassette', async () => {
    const cwd = temporaryFolder({ 'agent.mjs': nodeAgent });
    const [recorded, replayed] = await recordAndReplay(['--preload', '-c', 'one'], words, cwd);

    expect(recorded.stderr).toContain('1 recorded');
    expect(replayed).toMatchObject({ code: 0, stdout: recorded.stdout });
    const throughProxy = await reel(['exec', '-c', 'one', '--', ...words], { cwd });
    expect(throughProxy).toMatchObject({ code: 0, stdout: recorded.stdout });

    const missed = await reel(['exec', '--preload', '-c', 'one', '--', ...words, 'Say goodbye'], { cwd });
    expect(missed).toMatchObject({ code: 1, stdout: 'refused\n' });
    expect(missed.stderr).toContain('REEL_NO_MATCH');
  });

  test('that fails keeps its exit code, and leaves the cassette as it was', async () => {
    const cwd = temporaryFolder({ 'agent.mjs': nodeAgent });
    await reel(['exec', '-m', 'record', '-c', 'one', '--', ...words], { cwd, env: recording() });
    const before = readFileSync(join(cwd, 'cassettes/one.jsonl'), 'utf8');
    writeFileSync(join(cwd, 'agent.mjs'), `${nodeAgent}process.exit(5);`);

    const { code, stderr } = await reel(['exec', '-m', 'record', '-c', 'one', '--', ...words, 'other'], {
      cwd,
      env: recording(),
    });

    expect(code).toBe(5);
    expect(stderr).toContain('the command failed (5), so nothing was saved');
    expect(readFileSync(join(cwd, 'cassettes/one.jsonl'), 'utf8')).toBe(before);
  });

  test('that asks nothing while there is a cassette has proved nothing', async () => {
    const cwd = temporaryFolder({ 'agent.mjs': nodeAgent, 'silent.mjs': 'console.log("ok")' });
    await reel(['exec', '-m', 'record', '-c', 'one', '--', ...words], { cwd, env: recording() });
    const silent = [process.execPath, 'silent.mjs'];

    const proved = await reel(['exec', '-c', 'one', '--', ...silent], { cwd });
    expect(proved).toMatchObject({ code: 1, stdout: 'ok\n' });
    expect(proved.stderr).toContain('no request reached the proxy, although one is recorded');
    expect((await reel(['exec', '-c', 'none', '--', ...silent], { cwd })).code).toBe(0);
  });

  test('that is told to stop is waited for, and what it recorded is saved', async ({ skip }) => {
    if (process.platform === 'win32') skip('Windows has no signals');
    const server = `${nodeAgent}process.on('SIGINT', () => process.exit(0)); setInterval(() => {}, 1000);`;
    const cwd = temporaryFolder({ 'agent.mjs': server });
    const main = fileURLToPath(new URL('../src/main.ts', import.meta.url));
    const child = spawn(process.execPath, [main, 'exec', '-m', 'record', '-c', 'one', '--', ...words], {
      cwd,
      env: cleanEnvironment(recording()),
    });
    let seen = false;
    const code = await new Promise((resolve) => {
      child.stdout.on('data', () => {
        if (!seen) child.kill('SIGINT');
        seen = true;
      });
      child.on('close', resolve);
    });

    expect(code).toBe(0);
    expect(existsSync(join(cwd, 'cassettes/one.jsonl'))).toBe(true);
  });

  test('under --json leaves stdout to one document', async () => {
    const cwd = temporaryFolder({ 'agent.mjs': nodeAgent });
    await reel(['exec', '-m', 'record', '-c', 'one', '--', ...words], { cwd, env: recording() });

    const { code, stdout } = await reel(['exec', '--json', '-c', 'one', '--', ...words], { cwd });

    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      mode: 'replay',
      cassette: 'one',
      exitCode: 0,
      summary: { replayed: 1, misses: [] },
    });
  });

  test('keeps a key that is set, and gets a placeholder only in replay', async () => {
    const cwd = temporaryFolder({
      'print.mjs': 'console.log(process.env.OPENAI_API_KEY, process.env.ANTHROPIC_API_KEY)',
    });
    const print = [process.execPath, 'print.mjs'];

    const replayed = await reel(['exec', '--', ...print], { cwd, env: { OPENAI_API_KEY: 'mine' } });
    expect(replayed.stdout).toMatch(/^mine reel-replay-needs-no-key/);
    expect((await reel(['exec', '-m', 'record', '--', ...print], { cwd })).stdout).toBe(
      'undefined undefined\n',
    );
  });
});

test('SDKs of every provider find their variable', async () => {
  const cwd = temporaryFolder({
    'print.mjs': `console.log(JSON.stringify(Object.fromEntries(Object.entries(process.env).filter(([, value]) => value.startsWith('http://127.0.0.1:')))))`,
  });
  const { stdout } = await reel(
    [
      'exec',
      '--upstream',
      'vertex=https://europe-west1-aiplatform.googleapis.com',
      '--',
      process.execPath,
      'print.mjs',
    ],
    { cwd },
  );

  const paths = Object.fromEntries(
    Object.entries(JSON.parse(stdout) as Record<string, string>).map(([name, url]) => [
      name,
      new URL(url).pathname,
    ]),
  );
  expect(paths).toMatchObject({
    OPENAI_BASE_URL: '/openai/v1',
    OPENAI_API_BASE: '/openai/v1',
    ANTHROPIC_BASE_URL: '/anthropic',
    GOOGLE_GEMINI_BASE_URL: '/google',
    GOOGLE_VERTEX_BASE_URL: '/vertex',
    OLLAMA_HOST: '/ollama',
    GROQ_BASE_URL: '/groq',
    CO_API_URL: '/cohere',
  });
});

test.for([
  { words: ['exec', '--forward', '--upstream', 'a=http://b', '--', 'x'], says: '--forward has none' },
  { words: ['exec', '--intercept', 'a', '--', 'x'], says: 'add --forward' },
  { words: ['exec', '--preload', '--forward', '--', 'x'], says: '--preload starts no proxy' },
  { words: ['exec', '--upstream', 'nonsense', '--', 'x'], says: '--upstream takes <name>=<url>' },
  { words: ['exec', '--forward', '--others', 'tunel', '--', 'x'], says: 'did you mean tunnel?' },
  { words: ['proxy', '--port', 'x'], says: '--port cannot be "x"' },
])('reel $words is refused', async ({ words, says }) => {
  const { code, stderr } = await reel(words, { cwd: temporaryFolder() });

  expect(code).toBe(2);
  expect(stderr).toContain(says);
});

test('a command that does not exist is 127, and the proxy is gone', async () => {
  const { code, stderr } = await reel(['exec', '--', 'no-such-command'], { cwd: temporaryFolder() });

  expect(code).toBe(127);
  expect(stderr).toContain('there is no command "no-such-command"');
});

describe('reel proxy', () => {
  interface Address {
    readonly url: string;
    readonly port: number;
    readonly mode: string;
    readonly ca?: { file: string };
    readonly variables: Record<string, string>;
  }

  /** Starts it, lets the test use it, stops it with a signal. */
  async function withProxy(
    words: readonly string[],
    { cwd, env }: { cwd: string; env?: Record<string, string> },
    use: (address: Address) => Promise<void>,
    signal: NodeJS.Signals = 'SIGTERM',
  ): Promise<Ran> {
    const main = fileURLToPath(new URL('../src/main.ts', import.meta.url));
    const child = spawn(process.execPath, [main, 'proxy', ...words], { cwd, env: cleanEnvironment(env) });
    let stdout = '';
    let stderr = '';
    child.stderr.on('data', (piece: Buffer) => (stderr += piece.toString()));
    const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
    const address = await new Promise<Address>((resolve, reject) => {
      child.on('close', () => reject(new Error(stderr)));
      child.stdout.on('data', (piece: Buffer) => {
        stdout += piece.toString();
        if (stdout.includes('\n')) resolve(JSON.parse(stdout.split('\n', 1)[0]!) as Address);
      });
    });
    try {
      await use(address);
    } finally {
      child.kill(signal);
    }
    return { code: await ended, stdout, stderr };
  }

  test('prints its address as one line of JSON, serves curl, saves at SIGTERM and sums up', async ({
    skip,
  }) => {
    if (process.platform === 'win32') skip('Windows has no signals');
    const cwd = temporaryFolder({ 'agent.mjs': nodeAgent });
    const ask = (address: Address, ...words: string[]): Promise<Ran> =>
      run(process.execPath, ['agent.mjs', ...words], {
        cwd,
        env: { ...address.variables, OPENAI_API_KEY: 'sk-proxy-test' },
      });
    let answer = '';

    const recorded = await withProxy(
      ['-m', 'record', '-c', 'demo'],
      { cwd, env: recording() },
      async (address) => {
        expect(address).toMatchObject({ mode: 'record', url: `http://127.0.0.1:${address.port}` });
        answer = (await ask(address)).stdout;
      },
    );
    expect(recorded.code).toBe(0);
    expect(recorded.stdout.trim().split('\n')).toHaveLength(1);
    expect(recorded.stderr).toContain('1 recorded');

    const replayed = await withProxy(
      ['-c', 'demo'],
      { cwd },
      async (address) => {
        expect((await ask(address)).stdout).toBe(answer);
        expect((await ask(address, 'another')).stdout).toBe('refused\n');
      },
      'SIGINT',
    );
    expect(replayed.code).toBe(1);
    expect(replayed.stderr).toContain('REEL_NO_MATCH');
    expect(replayed.stderr).toContain('1 replayed · 1 missed');
  });

  test('is a forward proxy with --forward, and says where its certificate is', async ({ skip }) => {
    if (process.platform === 'win32') skip('Windows has no signals');
    const cwd = temporaryFolder();
    const { code } = await withProxy(['--forward', '-c', 'demo'], { cwd }, async ({ ca, variables }) => {
      expect(readFileSync(ca!.file, 'utf8')).toContain('BEGIN CERTIFICATE');
      expect(variables).toMatchObject({ NODE_EXTRA_CA_CERTS: ca!.file });
    });

    expect(code).toBe(0);
  });

  test('says in one sentence that its port is taken', async () => {
    const cwd = temporaryFolder();
    await withProxy([], { cwd }, async ({ port }) => {
      const { code, stderr } = await reel(['proxy', '--port', String(port)], { cwd });
      expect(code).toBe(2);
      expect(stderr).toMatch(/^REEL_PROXY_LISTEN/);
    });
  });
});
