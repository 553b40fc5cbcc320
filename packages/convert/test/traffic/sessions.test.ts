import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { useCassette } from '@reel/core';
import { cassetteFile, openCassette, readCassetteFile, type Frame } from '@reel/core/engine';
import { importFiles } from '../../src/index.ts';
import { trafficFolder, whyAbsent } from './folder.ts';

/** Files that hold one. */
function sessionFiles(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => /\.(?:log|ya?ml)$/.test(path))
    .map((path) => join(folder, path))
    .filter((path) => /^[<>]\d+ |^\s*(?:- )?kind: message$/m.test(readFileSync(path, 'utf8')));
}

/** What a client of today says: the recorded frames, but where it quotes the server, it quotes what it heard in this run. */
class Quoting {
  readonly #today = new Map<string, string>();

  hears(recorded: unknown, live: unknown): void {
    if (typeof recorded === 'string' && typeof live === 'string') {
      if (recorded !== live) this.#today.set(recorded, live);
    } else if (isObject(recorded) && isObject(live)) {
      for (const [key, value] of Object.entries(recorded)) this.hears(value, live[key]);
    }
  }

  says(recorded: Uint8Array): string {
    return Buffer.from(recorded)
      .toString('utf8')
      .replaceAll(/"((?:[^"\\]|\\.)*)"/g, (token, value: string) =>
        this.#today.has(value) ? JSON.stringify(this.#today.get(value)) : token,
      );
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

/** Plays the client's part of a recorded session in its order, and returns what the server said. */
async function converse(url: string, recorded: readonly Frame[]): Promise<string[]> {
  const socket = new WebSocket(url);
  const heard: string[] = [];
  let wake = (): void => {};
  socket.on('message', (data: Buffer) => {
    heard.push(data.toString());
    wake();
  });
  socket.on('close', () => wake());
  await once(socket, 'open');
  const quoting = new Quoting();
  let count = 0;
  for (const { from, bytes } of recorded) {
    if (from === 'client') {
      socket.send(quoting.says(bytes));
      continue;
    }
    while (heard.length <= count) {
      if (socket.readyState !== WebSocket.OPEN) throw new Error(`closed: ${heard.at(-1)}`);
      await new Promise<void>((resolve) => (wake = resolve));
    }
    const text = heard[count++]!;
    quoting.hears(JSON.parse(Buffer.from(bytes).toString('utf8')), JSON.parse(text));
  }
  socket.close(1000);
  await once(socket, 'close');
  return heard;
}

function readSession(path: string): { readonly url: string; readonly frames: readonly Frame[] } {
  const { bytes, readBlob } = readCassetteFile(cassetteFile(path, '/'));
  const { request, session } = openCassette({ bytes, where: path, readBlob }).interactionAt(0);
  return { url: request.url, frames: session!.frames };
}

const textOf = ({ bytes }: Frame): string => Buffer.from(bytes).toString('utf8');

test('every recorded WebSocket session imports, and replays through a client frame by frame', async (context) => {
  if (trafficFolder === undefined) return context.skip(whyAbsent);
  const files = sessionFiles(trafficFolder);
  expect(files.length).toBeGreaterThanOrEqual(10);
  const folder = mkdtempSync(join(tmpdir(), 'reel-sessions-'));
  try {
    for (const [index, file] of files.entries()) {
      const load = async (normalize: boolean): Promise<{ dir: string; cassette: string }> => {
        const dir = join(folder, `${index}-${normalize}`);
        const { files: imported } = await importFiles({ sources: [file], to: dir, normalize });
        expect(imported, file).toMatchObject([{ exchanges: 1, skipped: [] }]);
        return { dir, cassette: imported[0]!.cassette! };
      };
      const source = await load(false);
      const recorded = readSession(join(source.dir, `${source.cassette}.jsonl`));
      expect(recorded.frames.length, file).toBeGreaterThan(1);
      for (const { dir, cassette } of [source, await load(true)]) {
        const onTape = readSession(join(dir, `${cassette}.jsonl`)).frames;
        // What the client says today is what it said in the source, whatever normalization made of it.
        const heard = await useCassette(cassette, { dir, mode: 'replay' }, () =>
          converse(recorded.url, recorded.frames),
        );
        const said = onTape.filter(({ from }) => from === 'server').map(textOf);
        // Ids of the client's own are echoed as they are today.
        const read = dir === source.dir ? (text: string): unknown => text : typeOf;
        expect(heard.map(read), file).toEqual(said.map(read));
      }
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}, 120_000);

/** The kind of an event. */
function typeOf(text: string): unknown {
  const event = JSON.parse(text) as Record<string, unknown>;
  return event['type'] ?? Object.keys(event);
}
