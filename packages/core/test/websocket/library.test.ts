import { startProviders, type Simulator } from '@reel/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { encodeCassette } from '../../src/cassette/format.ts';
import { createMemoryStore } from '../../src/cassette/stores/memory.ts';
import { openCassette } from '../../src/cassette/tape.ts';
import { compareRecordings } from '../../src/drift/compare-recordings.ts';
import { rewriteCassette } from '../../src/library/care/rewrite-cassette.ts';
import { checkCassette } from '../../src/library/check/check-cassette.ts';
import { compareCassettes } from '../../src/library/compare/compare-cassettes.ts';
import { cassetteFile, readCassetteFile } from '../../src/library/files/cassette-file.ts';
import { outlineOf } from '../../src/library/outline.ts';
import { transcriptLines } from '../../src/library/transcript/write-transcript.ts';
import type { Interaction } from '../../src/model/interaction.ts';
import type { Frame } from '../../src/model/session.ts';
import { createRedactor } from '../../src/redaction/redactor.ts';
import { usageOf } from '../../src/usage.ts';
import { useCassette } from '../../src/use-cassette.ts';
import { folderWith } from '../library/folder.ts';
import { connectWs } from './clients.ts';

let provider: Simulator;
const tapes = new Map<string, Uint8Array>();

/** One question over the Realtime API: with a tool, its result, and a spoken answer. */
async function openAiTalk(question: string): Promise<void> {
  const client = await connectWs('wss://api.openai.com/v1/realtime?model=gpt-realtime');
  const send = (event: object): void => client.send(JSON.stringify(event));
  const done = async (): Promise<{ response: { output: { call_id: string }[] } }> => {
    for (;;) {
      const event = JSON.parse(String(await client.next())) as Awaited<ReturnType<typeof done>> & {
        type: string;
      };
      if (event.type === 'response.done') return event;
    }
  };
  const tool = {
    type: 'function',
    name: 'get_weather',
    description: 'Looks up the weather of a city',
    parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
  };
  send({ type: 'session.update', session: { type: 'realtime', output_modalities: ['text'], tools: [tool] } });
  send({
    type: 'conversation.item.create',
    item: { type: 'message', role: 'user', content: [{ type: 'input_text', text: question }] },
  });
  send({ type: 'response.create' });
  const { call_id } = (await done()).response.output[0]!;
  const output = '{"weather":"rain"}';
  send({ type: 'conversation.item.create', item: { type: 'function_call_output', call_id, output } });
  send({ type: 'response.create', response: { output_modalities: ['audio'], tools: [] } });
  await done();
  client.close(1000);
  await client.closed();
}

/** One question over the Live API, whose messages are binary. */
async function geminiTalk(question: string): Promise<void> {
  const client = await connectWs(
    'wss://generativelanguage.googleapis.com//ws/google.ai.generativelanguage.v1beta.GenerativeService.BidiGenerateContent?key=live-key',
  );
  const setup = { model: 'models/gemini-live', generationConfig: { responseModalities: ['TEXT'] } };
  client.send(JSON.stringify({ setup }));
  await client.next();
  const turns = [{ role: 'user', parts: [{ text: question }] }];
  client.send(JSON.stringify({ clientContent: { turns, turnComplete: true } }));
  while (
    !Buffer.from(await client.next())
      .toString('utf8')
      .includes('turnComplete')
  );
  client.close();
  await client.closed();
}

beforeAll(async () => {
  provider = await startProviders();
  const record = async (name: string, talk: () => Promise<void>, normalize = true): Promise<void> => {
    const store = createMemoryStore();
    await useCassette('talk', { store, mode: 'record', upstreams: provider.upstreams, normalize }, talk);
    tapes.set(name, store.read('talk')!.bytes);
  };
  const weather = (city: string): string => `What is the weather in ${city}? Use get_weather.`;
  await record('openai', () => openAiTalk(weather('London')));
  await record('openai again', () => openAiTalk(weather('Paris')));
  await record('openai as recorded', () => openAiTalk(weather('London')), false);
  await record('gemini', () => geminiTalk('Tell me a story'));
});
afterAll(() => provider.close());

const contentOf = (name: string) => ({
  path: `/cassettes/${name}.jsonl`,
  where: `cassettes/${name}.jsonl`,
  bytes: tapes.get(name)!,
  readBlob: () => undefined,
});
const tapeOf = (name: string) => openCassette(contentOf(name));
const sessionOf = (name: string): Interaction => tapeOf(name).interactionAt(0);
const show = (name: string, raw = false): string => [...transcriptLines(contentOf(name), { raw })].join('\n');

/** The session up to and with the message that holds a text, closed by somebody. */
function cutAfter(name: string, text: string, by: 'client' | 'server'): Interaction {
  const interaction = sessionOf(name);
  const all = interaction.session!.frames;
  const last = all.findIndex(({ bytes }) => Buffer.from(bytes).toString('utf8').includes(text));
  const frames: readonly Frame[] = all.slice(0, last + 1);
  return { ...interaction, session: { frames, end: { kind: 'closed', by, code: 1000 } } };
}

describe('a recorded session', () => {
  it('is shown as the conversation it was', () => {
    const text = show('openai');
    expect(text).toContain('[user]\nWhat is the weather in London? Use get_weather.');
    expect(text).toMatch(/\[assistant\]\n→ get_weather\(\{ "city": "London" \}\) {2}#call_\w+/);
    expect(text).toMatch(/\[tool\]\n← #call_\w+\n {2}\{ "weather": "rain" \}/);
    expect(text).toMatch(/response\.output_audio\.delta ×\d+ \[sound or pictures, [\d.]+ k?B\]/);
    expect(text).toMatch(/\n\[assistant\]\n\w[^\n]{10,}\n/);
    expect(text).toMatch(/closed by the client \(1000\)\ntokens: \d+ in, \d+ out\ntokens: /);
    // No line is a wall of JSON.
    expect(Math.max(...text.split('\n').map(({ length }) => length))).toBeLessThan(700);
  });

  it('is shown as a conversation where its messages are binary, too', () => {
    const text = show('gemini');
    expect(text).toContain('→ setup  {"setup":{"model":"models/gemini-live"');
    expect(text).toContain('← setupComplete');
    expect(text).toContain('[user]\nTell me a story');
    expect(text).toMatch(/\n\[assistant\]\n\w[^\n]{10,}\n/);
    expect(text).toContain('turnComplete');
    expect(text).toMatch(/tokens: \d+ in, \d+ out/);
  });

  it('is shown raw with every message, one a line', () => {
    const lines = show('openai', true).split('\n');
    const frames = sessionOf('openai').session!.frames;
    expect(lines.filter((line) => /^[→←] \{/.test(line))).toHaveLength(frames.length);
  });

  it('tells its model in a list', () => {
    expect(outlineOf(contentOf('openai'))).toMatchObject({ models: ['gpt-realtime'], flags: ['socket'] });
  });

  it('counts the tokens and the cost of its answers', () => {
    expect(usageOf([sessionOf('openai')])).toMatchObject([
      { provider: 'openai', model: 'gpt-realtime', calls: 2, cost: expect.any(Number) as number },
    ]);
    expect(usageOf([sessionOf('gemini')])).toMatchObject([
      { provider: 'google', model: 'gemini-live', calls: 1 },
    ]);
  });

  it('is whole for a check; closed in the middle of an answer it is not, and a client may have meant that', () => {
    const check = (interaction: Interaction): unknown => {
      const { bytes } = encodeCassette(tapeOf('openai').header, [interaction]);
      const findings = checkCassette({ ...contentOf('cut'), bytes }, { known: [] });
      return findings.map(({ kind, severity }) => ({ kind, severity }));
    };
    const cut = { kind: 'cut', severity: 'note' };
    const incomplete = { kind: 'incomplete-stream', severity: 'error' };
    for (const [name, text] of [
      ['openai', 'response.output_item.added'],
      ['gemini', 'modelTurn'],
    ] as const) {
      expect(check(sessionOf(name)), name).toEqual([]);
      expect(check(cutAfter(name, text, 'client')), name).toEqual([cut]);
      expect(check(cutAfter(name, text, 'server')), name).toEqual([incomplete]);
    }
  });

  it('is compared with another one message by message', () => {
    const redactText = (text: string): string => text;
    expect(compareCassettes(tapeOf('openai'), tapeOf('openai'), { redactText }).changes).toEqual([]);
    const { changes } = compareCassettes(tapeOf('openai'), tapeOf('openai again'), { redactText });
    const lines = changes.flatMap(({ differences }) => differences.flatMap((one) => one.lines)).join('\n');
    expect(lines).toContain('London');
    expect(lines).toContain('Paris');
    expect(lines).not.toMatch(/[A-Za-z0-9+/]{200}/);
  });

  it('has drifted when a field of an event is gone, in text and in binary messages', () => {
    const without = (name: string, field: string): Interaction => {
      const interaction = sessionOf(name);
      const { frames, end } = interaction.session!;
      const changed = frames.map((frame): Frame => {
        if (frame.from === 'client') return frame;
        const bytes = Buffer.from(frame.bytes).toString('utf8').replaceAll(`"${field}"`, '"renamed"');
        return { ...frame, bytes: Buffer.from(bytes) };
      });
      return { ...interaction, session: { frames: changed, end } };
    };
    for (const [name, field, event] of [
      ['openai', 'total_tokens', 'response.done'],
      ['gemini', 'parts', 'serverContent'],
    ] as const) {
      expect(compareRecordings([sessionOf(name)], [sessionOf(name)]).findings).toEqual([]);
      const { findings } = compareRecordings([sessionOf(name)], [without(name, field)]);
      expect(findings, name).toContainEqual(
        expect.objectContaining({
          severity: 'error',
          path: expect.stringMatching(`${event}.*${field}`) as string,
        }),
      );
    }
  });

  it('is normalized afterwards as it is when it is recorded: once', () => {
    const base = folderWith({
      'cassettes/a.jsonl': Buffer.from(tapes.get('openai as recorded')!).toString(),
    });
    const file = cassetteFile('cassettes/a.jsonl', base);
    const options = { redactor: createRedactor({}, {}), dryRun: false };
    const linesOf = (bytes: Uint8Array): string[] => Buffer.from(bytes).toString('utf8').split('\n').slice(1);
    expect(rewriteCassette(file, 'normalize', options)).toMatchObject({
      changed: true,
      changes: [expect.stringContaining('messages of the session') as string],
    });
    expect(linesOf(readCassetteFile(file).bytes)).toEqual(linesOf(tapes.get('openai')!));
    expect(rewriteCassette(file, 'normalize', options)).toMatchObject({ changed: false });
  });

  it('is redacted afterwards, where two messages share the secret, too', () => {
    const clean = Buffer.from(tapes.get('openai')!).toString();
    const lines = clean.split('\n');
    const [first, second] = lines.flatMap((line, index) => (line.includes('"delta":') ? [index] : []));
    const put = (index: number, text: string): void => {
      lines[index] = lines[index]!.replace(/"delta":"(?:[^"\\]|\\.)*"/, `"delta":"${text}"`);
    };
    const key = `sk-proj-${'Ab3dE5gH7j'.repeat(6)}`;
    put(first!, `the key is ${key.slice(0, 40)}`);
    put(second!, `${key.slice(40)} and no more`);
    const base = folderWith({ 'cassettes/a.jsonl': lines.join('\n') });
    const file = cassetteFile('cassettes/a.jsonl', base);
    const redactor = createRedactor({}, {});
    expect(rewriteCassette(file, 'redact', { redactor, dryRun: false })).toMatchObject({
      changed: true,
      left: 0,
    });
    const text = Buffer.from(readCassetteFile(file).bytes).toString('utf8');
    expect(text).not.toContain(key.slice(8, 24));
    expect(text).not.toContain(key.slice(44));
    expect(text).toContain('and no more');
  });
});
