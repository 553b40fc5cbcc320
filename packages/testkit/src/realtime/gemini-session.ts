import type { Conversation, Reply, Tool, Turn } from '../brain/conversation.ts';
import { hash, seededBytes } from '../brain/hash.ts';
import { think } from '../brain/think.ts';
import { slices } from '../brain/tokens.ts';
import { list, record, text, type JsonObject } from '../server/json.ts';
import { randomId } from '../server/random-id.ts';
import type { RealtimeSession, RealtimeSocket } from './session.ts';

/**
 * Gemini's Live API (`BidiGenerateContent`): the client sets up, then says turns or streams sound; the server answers in
 * binary frames that hold indented JSON.
 */
export function geminiSession(socket: RealtimeSocket): RealtimeSession {
  const turns: Turn[] = [];
  const callNames = new Map<string, string>();
  let setup: JsonObject | undefined;
  let heard = 0;

  const send = (message: JsonObject): void => socket.send(`${JSON.stringify(message, undefined, 2)}\n`, true);

  function respond(): void {
    const reply = think(conversationOf(setup ?? {}, turns));
    if (reply.calls.length > 0) {
      const functionCalls = reply.calls.map(({ name, arguments: args }) => {
        const id = `function-call-${randomId('base58', 19)}`;
        callNames.set(id, name);
        return { name, args, id };
      });
      turns.push({ role: 'assistant', text: '', calls: reply.calls.map(({ name }) => name) });
      send({ toolCall: { functionCalls } });
      return;
    }
    const isSpoken = modalities(setup).includes('AUDIO');
    for (const piece of slices(reply.text, 10)) {
      const part = isSpoken
        ? {
            inlineData: {
              mimeType: 'audio/pcm;rate=24000',
              data: Buffer.from(seededBytes(hash(piece), 480)).toString('base64'),
            },
          }
        : { text: piece };
      send({ serverContent: { modelTurn: { parts: [part] } } });
    }
    turns.push({ role: 'assistant', text: reply.text, calls: [] });
    send({ serverContent: { generationComplete: true } });
    send({ serverContent: { turnComplete: true }, usageMetadata: usageOf(reply, isSpoken) });
  }

  function setUp(given: JsonObject): void {
    if (text(given['model']) === '') {
      socket.close(1007, 'A model has to be named in the setup.');
      return;
    }
    setup = given;
    send({ setupComplete: {} });
  }

  function sayTurns(content: JsonObject): void {
    for (const given of list(content['turns'])) {
      const turn = record(given);
      const said = partsText(turn['parts']);
      turns.push(
        turn['role'] === 'model'
          ? { role: 'assistant', text: said, calls: [] }
          : { role: 'user', text: said },
      );
    }
    if (spelled(content, 'turnComplete') !== false) respond();
  }

  function hear(input: JsonObject): void {
    const audio = record(input['audio']);
    const chunks = [audio, ...list(spelled(input, 'mediaChunks')).map((chunk) => record(chunk))];
    for (const { data } of chunks) heard += Buffer.from(text(data), 'base64').byteLength;
    if (text(input['text']) !== '') {
      turns.push({ role: 'user', text: text(input['text']) });
      respond();
    } else if (named(input, 'activityEnd') || spelled(input, 'audioStreamEnd') === true) {
      turns.push({ role: 'user', text: `a recording of ${heard} bytes` });
      heard = 0;
      respond();
    }
  }

  function takeResults(response: JsonObject): void {
    for (const given of list(spelled(response, 'functionResponses'))) {
      const { id, name, response: result } = record(given);
      turns.push({
        role: 'tool',
        name: text(name) || (callNames.get(text(id)) ?? ''),
        result: JSON.stringify(result ?? {}),
      });
    }
    respond();
  }

  return {
    start() {},
    message(data) {
      let message: JsonObject;
      try {
        message = record(JSON.parse(data.toString('utf8')));
      } catch {
        socket.close(1007, 'The message is not JSON.');
        return;
      }
      if (message['setup'] !== undefined) setUp(record(message['setup']));
      else if (setup === undefined) socket.close(1007, 'The first message has to be the setup.');
      else if (named(message, 'clientContent')) sayTurns(fields(message, 'clientContent'));
      else if (named(message, 'realtimeInput')) hear(fields(message, 'realtimeInput'));
      else if (named(message, 'toolResponse')) takeResults(fields(message, 'toolResponse'));
      else socket.close(1007, 'The message is of no known kind.');
    },
  };
}

/** Google reads names in both spellings: its JavaScript SDK writes `clientContent`, Python clients `client_content`. */
function spelled(fields: JsonObject, name: string): unknown {
  return fields[name] ?? fields[name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)];
}

function named(message: JsonObject, name: string): boolean {
  return spelled(message, name) !== undefined;
}

function fields(message: JsonObject, name: string): JsonObject {
  return record(spelled(message, name));
}

function modalities(setup: JsonObject | undefined): readonly unknown[] {
  return list(spelled(fields(setup ?? {}, 'generationConfig'), 'responseModalities'));
}

function partsText(parts: unknown): string {
  return list(parts)
    .map((part) => text(record(part)['text']))
    .join('\n');
}

function conversationOf(setup: JsonObject, turns: readonly Turn[]): Conversation {
  const declared = list(setup['tools']).flatMap((tool) =>
    list(spelled(record(tool), 'functionDeclarations')),
  );
  return {
    model: text(setup['model']).replace(/^models\//, ''),
    system: partsText(fields(setup, 'systemInstruction')['parts']),
    turns,
    tools: declared.map((given): Tool => {
      const tool = record(given);
      return {
        name: text(tool['name']),
        description: text(tool['description']),
        schema: record(tool['parametersJsonSchema'] ?? tool['parameters']),
      };
    }),
    toolChoice: 'auto',
    parallel: true,
  };
}

function usageOf({ usage: { input, output } }: Reply, isSpoken: boolean): JsonObject {
  return {
    promptTokenCount: input,
    responseTokenCount: output,
    totalTokenCount: input + output,
    promptTokensDetails: [{ modality: 'TEXT', tokenCount: input }],
    responseTokensDetails: [{ modality: isSpoken ? 'AUDIO' : 'TEXT', tokenCount: output }],
  };
}
