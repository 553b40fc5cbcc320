import { spawnSync } from 'node:child_process';

/** A Python that can import a module, or why there is none here. */
export type Python = { readonly command: string } | { readonly missing: string };

const packages: Readonly<Record<string, string>> = {
  httpx: 'python3-httpx',
  requests: 'python3-requests',
  websockets: 'python3-websockets',
};

/**
 * Looks for a Python with a module. Debian's own is asked too, because another one on the path does not see Debian's modules. With
 * `REEL_TEST_INSTALL=1`, and only then, a missing module is installed where there is apt and the right to use it.
 */
export function findPython(module: string): Python {
  const found = candidates.find((command) => canImport(command, module));
  if (found !== undefined) return { command: found };
  const debian = packages[module];
  if (debian === undefined) return { missing: 'there is no Python 3 here' };
  if (process.env['REEL_TEST_INSTALL'] === '1' && process.getuid?.() === 0) {
    process.stderr.write(`REEL_TEST_INSTALL: apt-get install ${debian}\n`);
    const run = spawnSync('apt-get', ['install', '-y', '--no-install-recommends', debian], {
      timeout: 120_000,
    });
    const installed = candidates.find((command) => canImport(command, module));
    if (run.status === 0 && installed !== undefined) return { command: installed };
  }
  return {
    missing: `no Python here has ${module}: apt-get install ${debian}, or run the tests as root with REEL_TEST_INSTALL=1`,
  };
}

const candidates = ['/usr/bin/python3', 'python3'];

function canImport(command: string, module: string): boolean {
  return spawnSync(command, ['-c', `import ${module}`]).status === 0;
}

/**
 * Scripts that post one streamed chat to `<base>/chat/completions` and write the body as it came to their output.
 * Unmodified programs: they read the usual variables and know nothing of Reel.
 */
export const scripts: Readonly<Record<string, string>> = {
  urllib: `
import os, sys, urllib.request
request = urllib.request.Request(
    os.environ.get("OPENAI_BASE_URL", "https://api.openai.com/v1") + "/chat/completions",
    data=os.environ["BODY"].encode(),
    headers={"content-type": "application/json", "authorization": "Bearer " + os.environ["OPENAI_API_KEY"]},
)
with urllib.request.urlopen(request, timeout=20) as response:
    while piece := response.read(64):
        sys.stdout.buffer.write(piece)
`,
  requests: `
import os, sys, requests
with requests.Session() as session:
    response = session.post(
        os.environ.get("OPENAI_BASE_URL", "https://api.openai.com/v1") + "/chat/completions",
        data=os.environ["BODY"],
        headers={"content-type": "application/json", "authorization": "Bearer " + os.environ["OPENAI_API_KEY"]},
        stream=True, timeout=20,
    )
    response.raise_for_status()
    for piece in response.iter_content(64):
        sys.stdout.buffer.write(piece)
`,
  httpx: `
import os, sys, httpx
with httpx.Client(timeout=20) as client:
    with client.stream(
        "POST",
        os.environ.get("OPENAI_BASE_URL", "https://api.openai.com/v1") + "/chat/completions",
        content=os.environ["BODY"],
        headers={"content-type": "application/json", "authorization": "Bearer " + os.environ["OPENAI_API_KEY"]},
    ) as response:
        response.raise_for_status()
        for piece in response.iter_bytes(64):
            sys.stdout.buffer.write(piece)
`,
};
