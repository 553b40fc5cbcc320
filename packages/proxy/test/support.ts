import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import net from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ReelOptions } from '@reel/core';
import { startProviders, type Simulator } from '@reel/testkit';
import { startProxy, type Proxy, type ProxyOptions } from '../src/index.ts';

/** Nothing of the machine that runs the tests decides what they see. */
export const cleanEnvironment: Record<string, string> = {};

/** A folder for cassettes, a simulated provider, and proxies between them; all of it is gone afterwards. */
export class Bench implements AsyncDisposable {
  readonly folder: string = mkdtempSync(join(tmpdir(), 'reel-proxy-test-'));
  readonly #proxies: Proxy[] = [];
  readonly provider: Simulator;

  private constructor(provider: Simulator) {
    this.provider = provider;
  }

  static async open(): Promise<Bench> {
    return new Bench(await startProviders());
  }

  /** Options that reach the simulator when they reach anything. */
  options(mode: string, options: ReelOptions = {}): ReelOptions {
    return { mode, dir: this.folder, upstreams: this.provider.upstreams, ...options };
  }

  async proxy(mode: string, options: ProxyOptions = {}): Promise<Proxy> {
    const proxy = await startProxy({
      cassette: 'test',
      environment: cleanEnvironment,
      from: this.folder,
      ...options,
      options: this.options(mode, options.options),
    });
    this.#proxies.push(proxy);
    return proxy;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#proxies.map((proxy) => proxy.close({ grace: 0 })));
    await this.provider.close();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

export const chat = (text: string, rest: object = {}): string =>
  JSON.stringify({ model: 'gpt-4o-mini', messages: [{ role: 'user', content: text }], ...rest });

export const jsonHeaders: Record<string, string> = {
  'content-type': 'application/json',
  authorization: 'Bearer sk-test-0123456789',
};

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly rawHeaders: readonly string[];
  readonly bytes: Buffer;
  /** Pieces as they arrived. */
  readonly pieces: readonly Buffer[];
  /** Why the body broke off. */
  readonly failure: string | undefined;
}

interface Ask {
  readonly method?: string;
  readonly headers?: Record<string, string>;
  readonly body?: string | Uint8Array;
}

/** One request by `node:http`, with the bytes and headers that came over the wire and nothing undone. */
export function ask(
  url: string,
  { method = 'POST', headers = jsonHeaders, body }: Ask = {},
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(url);
    const path = url.slice(url.indexOf('/', 'http://'.length));
    const request = httpRequest({
      hostname: hostname.replace(/^\[|\]$/g, ''),
      port,
      path,
      method,
      headers,
      agent: false,
    });
    request.once('error', reject);
    request.once('response', (response) => {
      const pieces: Buffer[] = [];
      response.on('data', (piece: Buffer) => pieces.push(piece));
      const done = (failure?: string): void =>
        resolve({
          status: response.statusCode!,
          headers: response.headers,
          rawHeaders: response.rawHeaders,
          bytes: Buffer.concat(pieces),
          pieces,
          failure,
        });
      response.once('end', () => done());
      response.once('error', (error: NodeJS.ErrnoException) => done(error.code ?? error.message));
    });
    request.end(body);
  });
}

export const postChat = (
  proxy: Proxy,
  text: string,
  rest: object = {},
  headers = jsonHeaders,
): Promise<Answer> =>
  ask(`${proxy.baseUrl('openai')}/v1/chat/completions`, { headers, body: chat(text, rest) });

/** Bytes to a port, and all that comes back until the connection ends. */
export function raw(port: number, text: string, wait = 3000): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = net.connect(port, '127.0.0.1');
    let received = '';
    socket.setTimeout(wait, () => socket.destroy());
    socket.on('data', (bytes) => (received += bytes.toString('latin1')));
    socket.once('error', (error) => (received === '' ? reject(error) : resolve(received)));
    socket.once('close', () => resolve(received));
    socket.write(text, 'latin1');
  });
}

export interface ProgramRun {
  readonly code: number | null;
  readonly stdout: Buffer;
  readonly stderr: string;
}

/** A real program in a child process. */
export function runProgram(
  file: string,
  args: readonly string[],
  environment: Record<string, string> = {},
): Promise<ProgramRun> {
  return new Promise((resolve, reject) => {
    const env = { PATH: process.env['PATH'], HOME: process.env['HOME'], ...environment };
    const child = spawn(file, args, { env, timeout: 30_000 });
    const stdout: Buffer[] = [];
    let stderr = '';
    child.stdout.on('data', (piece: Buffer) => stdout.push(piece));
    child.stderr.on('data', (piece: Buffer) => (stderr += piece.toString()));
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, stdout: Buffer.concat(stdout), stderr }));
  });
}
