import { createServer } from 'node:net';
import {
  createProject,
  type AdapterDriver,
  type Project,
  type RunEnvironment,
  type Run,
} from '@reel/testkit/adapter-conformance';
import { findBrowser } from '@reel/browser';
import { driver } from './driver.ts';

/** A project with an application server of its own, and tests that speak to it. */
export interface AppProject extends Project {
  readonly port: number;
  /** As {@link Project.run}, with the port and the browser in the environment. */
  runApp(request?: RunEnvironment): Promise<Run>;
}

export const browser = await findBrowser();
if (browser.path !== undefined) process.stderr.write(`browser: ${browser.path} (${browser.source})\n`);

/** The application: `/ask?q=...` asks an LLM, `/twice` asks it in two pieces, `/stream` streams, `/late` goes on after its answer. */
const server = `import { createServer } from 'node:http';
import { ask } from './ask.js';
const page = (script) => '<!doctype html><p id=out>...</p><script type=module>' + script + '</script>';
if (process.env.BACKGROUND) setTimeout(() => ask('in the background').catch(() => {}), 300);
createServer(async (request, response) => {
  const url = new URL(request.url, 'http://x');
  const q = url.searchParams.get('q');
  try {
    if (url.pathname === '/health') return response.end('ok');
    if (url.pathname === '/crash') return process.kill(process.pid, 'SIGKILL');
    if (url.pathname === '/page') {
      response.setHeader('content-type', 'text/html');
      return response.end(page("document.querySelector('#out').textContent = await (await fetch('/ask?q=" + q + "')).text()"));
    }
    if (url.pathname === '/post') {
      let body = '';
      request.on('data', (piece) => (body += piece));
      request.on('end', async () => response.end(await ask(body).catch((error) => 'failed: ' + error.message)));
      return;
    }
    if (url.pathname === '/late') {
      setTimeout(() => ask('late ' + q).catch(() => {}), 600);
      return response.end('answered');
    }
    if (url.pathname === '/swallow') {
      await ask(q).catch(() => {});
      return response.end('fine');
    }
    response.end(await ask(q));
  } catch (error) {
    response.statusCode = 500;
    response.end('failed: ' + error.message);
  }
}).listen(Number(process.env.PORT), '127.0.0.1');
`;

/** @param webServer more options of the server, as source text */
export function configOf({ webServer = '', use = '', more = '' } = {}): string {
  return `import { defineConfig } from '@playwright/test';
import { withReel, reelServer } from '@reel/playwright/config';
const url = 'http://127.0.0.1:' + process.env.PORT;
export default withReel(defineConfig({
  testDir: '.', workers: 2, fullyParallel: true, reporter: [['list']], timeout: 30_000,
  use: { baseURL: url, launchOptions: { executablePath: process.env.BROWSER_PATH, args: ['--no-sandbox'] }, ${use} },
  webServer: reelServer({ command: '"' + process.execPath + '" server.js', url: url + '/health', stdout: 'pipe', stderr: 'pipe', ${webServer} }),
  ${more}
}));
`;
}

export async function createApp(
  tests: Readonly<Record<string, string>>,
  files: Readonly<Record<string, string>> = {},
  runner: AdapterDriver = driver,
): Promise<AppProject> {
  const port = await freePort();
  const project = await createProject(runner, {
    tests,
    files: { 'server.js': server, 'playwright.config.js': configOf(), ...files },
  });
  return Object.assign(project, {
    port,
    runApp: (request: RunEnvironment = {}) =>
      project.run({
        ...request,
        env: {
          PORT: String(port),
          ...(browser.path !== undefined && { BROWSER_PATH: browser.path }),
          ...request.env,
        },
      }),
  });
}

export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as { port: number };
      probe.close(() => resolve(port));
    });
  });
}
