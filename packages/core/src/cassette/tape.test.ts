import { describe, expect, it } from 'vitest';
import {
  bytesOf,
  plainInteraction,
  sampleHeader,
  streamedInteraction,
} from '../../test/cassette/sample-interaction.ts';
import { isReelError, type ReelError } from '../errors.ts';
import type { Interaction } from '../model/interaction.ts';
import { encodeCassette, encodeHeader, encodeInteraction } from './format.ts';
import { openCassette, type CassetteTape } from './tape.ts';

const noBlob = (): undefined => undefined;

function open(content: Uint8Array | string): CassetteTape {
  const bytes = typeof content === 'string' ? Buffer.from(content, 'utf8') : content;
  return openCassette({ bytes, where: 'cassettes/chat.jsonl', readBlob: noBlob });
}

function textOf(interactions: readonly Interaction[]): string {
  return Buffer.from(encodeCassette(sampleHeader, interactions).bytes).toString('utf8');
}

/** Lines 1 header, 2 to 4 a plain interaction, 5 to 10 a streamed one. */
const whole = textOf([plainInteraction(), streamedInteraction()]);

function withLine(number: number, change: (line: string) => string): string {
  const lines = whole.split('\n');
  lines[number - 1] = change(lines[number - 1]!);
  return lines.join('\n');
}

function withoutLine(number: number): string {
  return whole
    .split('\n')
    .toSpliced(number - 1, 1)
    .join('\n');
}

function failure(work: () => unknown): ReelError {
  try {
    work();
  } catch (error) {
    if (isReelError(error)) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

describe('openCassette', () => {
  it('reads the header, the requests and whole interactions', () => {
    const tape = open(whole);
    expect(tape.header).toEqual(sampleHeader);
    expect(tape.name).toBe('chat/summarizes an article');
    expect(tape.size).toBe(2);
    expect(tape.requestAt(1)?.url).toBe('https://api.openai.com/v1/chat/completions');
    expect(tape.requestAt(2)).toBeUndefined();
    expect(tape.interactionAt(1)).toEqual(streamedInteraction());
    expect(tape.allInteractions()).toEqual([plainInteraction(), streamedInteraction()]);
    expect(() => tape.interactionAt(2)).toThrow(RangeError);
    tape.verify();
  });

  it('reads a cassette of no interactions', () => {
    const tape = open(encodeHeader(sampleHeader));
    expect(tape.size).toBe(0);
    expect(tape.requestAt(0)).toBeUndefined();
  });

  it('reads a file whose line ends version control has made CRLF, to the same bytes', () => {
    expect(open(whole.replaceAll('\n', '\r\n')).allInteractions()).toEqual(open(whole).allInteractions());
  });

  it('reads bytes that lie inside a larger buffer', () => {
    const around = Buffer.from(`garbage${whole}garbage`);
    expect(open(around.subarray(7, 7 + Buffer.byteLength(whole))).size).toBe(2);
  });

  it('decodes nothing but what it is asked for', () => {
    const tape = open(withLine(3, () => '{"response":1,this is not JSON}'));
    expect(tape.requestAt(0)?.method).toBe('POST');
    expect(tape.interactionAt(1)).toEqual(streamedInteraction());
    expect(failure(() => tape.interactionAt(0)).where).toBe('cassettes/chat.jsonl:3');
    expect(failure(() => tape.verify()).code).toBe('REEL_CASSETTE_DAMAGED');
  });

  it('is not confused by recorded text that looks like damage or like lines of a cassette', () => {
    const text = '<<<<<<< HEAD\n=======\n{"end":1}\n>>>>>>> theirs\n';
    const interaction = { ...plainInteraction(), chunks: [{ bytes: bytesOf(text) }] };
    expect(open(textOf([interaction])).interactionAt(0)).toEqual(interaction);
  });

  it('checks a large file at both ends when it opens it, and the rest on the way', () => {
    const filler = streamedInteraction(Array.from({ length: 100 }, () => 'x'.repeat(500)));
    const large = textOf([...Array.from({ length: 100 }, () => filler), plainInteraction()]);
    expect(large.length).toBeGreaterThan(4 * 1024 * 1024);
    const at = large.indexOf('{"request":50');
    const tape = open(`${large.slice(0, at)}{"what":1}\n${large.slice(at)}`);
    expect(tape.requestAt(48)).toBeDefined();
    expect(failure(() => tape.requestAt(49)).what).toMatch('none of the known keys');
    expect(failure(() => tape.size).code).toBe('REEL_CASSETTE_DAMAGED');
    expect(failure(() => open(large.slice(0, -20))).what).toMatch('cut off');
    const conflicted = open(`${large.slice(0, at)}<<<<<<< HEAD\n${large.slice(at)}`);
    expect(failure(() => conflicted.requestAt(60)).code).toBe('REEL_CASSETTE_CONFLICT');
    expect(failure(() => open(`${large}>>>>>>> theirs`)).code).toBe('REEL_CASSETTE_CONFLICT');
  });
});

describe('a file that is not a cassette', () => {
  it.each([
    ['is empty', '', 'is empty'],
    ['is white space', ' \n\n', 'nothing but white space'],
    ['is zeros, as after a power cut', '\0'.repeat(600), 'nothing but white space or zeros'],
    ['is UTF-16', Buffer.from(`\ufeff${whole}`, 'utf16le'), 'UTF-16'],
    ['starts with a byte order mark', `\ufeff${whole}`, 'byte order mark'],
    ['is gzip', Buffer.from([0x1f, 0x8b, 8, 0, 0, 0xff]), 'gzip'],
    ['is HTML', '<!DOCTYPE html>\n<html>', 'an HTML page'],
    ['is YAML', 'interactions:\n- request:\n', 'YAML'],
    ['is a HAR', '{"log":{"version":"1.2"}}', 'HAR'],
    ['is other JSON', '{"provider":"openai"}\n', 'other JSON'],
    ['is anything else', 'hello\n', 'not a cassette.'],
    ['was pretty-printed', '{\n  "reel": 1\n}\n', 'reformatted'],
    ['lost its first line', withoutLine(1), 'header line is missing'],
  ])('%s', (_, content, what) => {
    const error = failure(() => open(content));
    expect(error.code).toBe('REEL_CASSETTE_DAMAGED');
    expect(error.what).toContain(what);
    expect(error.where).toMatch(/^cassettes\/chat\.jsonl/);
    expect(error.fix).toBeTruthy();
  });

  it('is a Git LFS pointer', () => {
    const error = failure(() => open('version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n'));
    expect(error.what).toContain('Git LFS pointer');
    expect(error.fix).toContain('git lfs pull');
  });

  it('names the line that is not UTF-8', () => {
    const bytes = Buffer.from(whole);
    bytes[whole.indexOf('{"chunk"') + 12] = 0xff;
    expect(failure(() => open(bytes))).toMatchObject({
      what: 'The cassette cannot be read: the file is not UTF-8.',
      where: 'cassettes/chat.jsonl:7',
    });
  });
});

describe('a format version', () => {
  it('that is newer is named beside the known one, whatever else the file holds', () => {
    const error = failure(() => open('{"reel":7,"new":true}\n\u0001anything'));
    expect(error.code).toBe('REEL_CASSETTE_VERSION');
    expect(error.what).toContain('version 7');
    expect(error.what).toContain('up to version 1');
    expect(error.fix).toContain('upgrade');
  });

  it.each(['0', '-1', '1.5', '"1"', 'null'])('cannot be %s', (version) => {
    const error = failure(() => open(withLine(1, (line) => line.replace('"reel":1', `"reel":${version}`))));
    expect(error).toMatchObject({ code: 'REEL_CASSETTE_DAMAGED', where: 'cassettes/chat.jsonl:1' });
  });
});

describe('a cassette with conflict markers', () => {
  it.each([
    ['around the header', `<<<<<<< HEAD\n${whole}=======\n${whole}>>>>>>> theirs\n`, '1, 12, 23'],
    [
      'of three sides',
      withLine(6, (line) => `<<<<<<< a\n${line}\n||||||| b\n=======\n>>>>>>> c`),
      '6, 8, 9, 10',
    ],
    ['half removed', withLine(6, (line) => `${line}\n=======`), '7'],
  ])('%s names their lines and the way out', (_, content, lines) => {
    const error = failure(() => open(content));
    expect(error.code).toBe('REEL_CASSETTE_CONFLICT');
    expect(error.what).toContain(lines);
    expect(error.where).toMatch(/:\d+$/);
    expect(error.fix).toContain('git checkout --ours');
  });
});

describe('a truncated cassette', () => {
  it('is told from a whole one wherever it is cut, but between two interactions', () => {
    const bytes = Buffer.from(whole);
    const boundaries = [1, 4, 10].map((line) =>
      Buffer.byteLength(`${whole.split('\n').slice(0, line).join('\n')}\n`),
    );
    const isDamaged = (length: number): boolean => {
      try {
        open(bytes.subarray(0, length)).verify();
        return false;
      } catch (error) {
        return isReelError(error) && error.code === 'REEL_CASSETTE_DAMAGED';
      }
    };
    const readable = Array.from({ length: bytes.length + 1 }, (_, length) => length).filter(
      (length) => !isDamaged(length),
    );
    expect(readable).toEqual(boundaries);
  });
});

describe('a damaged line', () => {
  it.each([
    ['a lost request', withoutLine(2), 2, 'stands where a "request" or "socket" line is due'],
    ['a lost response', withoutLine(6), 6, 'inside interaction 2'],
    ['a lost end', withoutLine(4), 4, 'inside interaction 1'],
    ['a doubled line', withLine(5, (line) => `${line}\n${line}`), 6, 'inside interaction 2'],
    [
      'a wrong number',
      withLine(7, (line) => line.replace('"chunk":2', '"chunk":3')),
      7,
      'numbered 3 where 2 is due',
    ],
    ['numbers out of order', withLine(5, (line) => line.replace(':2', ':3')), 5, 'numbered 3 where 2 is due'],
    ['a number that is none', withLine(5, (line) => line.replace(':2', ':-2')), 5, 'none of the known keys'],
    ['an unknown kind', withLine(7, () => '{"frame":2}'), 7, 'none of the known keys'],
    ['a blank line', withLine(5, (line) => `\n${line}`), 5, 'blank'],
    ['a second header', withLine(5, (line) => `${whole.split('\n')[0]}\n${line}`), 5, 'second header'],
    ['reformatting', withLine(5, (line) => line.replace('{"request":2', '{ "request": 2')), 5, 'reformatted'],
    ['text before the end', withLine(10, () => 'end'), 10, 'none of the known keys'],
  ])('with %s is found when the file is opened', (_, content, line, what) => {
    const error = failure(() => open(content));
    expect(error.code).toBe('REEL_CASSETTE_DAMAGED');
    expect(error.where).toBe(`cassettes/chat.jsonl:${line}`);
    expect(error.what).toContain(what);
  });

  const request = '{"request":2,"method":"GET","url":"https://a.example"';
  it.each([
    ['invalid JSON', 3, '{"response":1,"status":}', 'not valid JSON'],
    ['an unknown key', 3, '{"response":1,"status":200,"state":1}', 'the key "state"'],
    ['a secret for a key', 3, '{"response":1,"status":200,"sk-live-12345678":1}', 'has a key'],
    ['a missing key', 3, '{"response":1}', '"status" is not an integer'],
    ['another missing key', 5, '{"request":2,"method":"GET"}', '"url" is missing'],
    ['headers of another shape', 5, `${request},"headers":{"a":"b"}}`, '"headers" is not a list'],
    ['two bodies', 5, `${request},"text":"a","base64":""}`, 'two bodies'],
    ['a layout without JSON', 5, `${request},"indent":2,"text":"a"}`, 'has no JSON'],
    ['an impossible layout', 5, `${request},"indent":99,"json":{}}`, '"indent"'],
    ['space that is none', 5, `${request},"after":"x","json":{}}`, '"after"'],
    ['invalid base64', 5, `${request},"base64":"%%%="}`, 'not valid base64'],
    ['half a surrogate', 5, `${request},"text":"\\ud800"}`, 'surrogate'],
    [
      'JSON that is too deep',
      5,
      `${request},"json":${'['.repeat(200_000)}${']'.repeat(200_000)}}`,
      'nested too deeply',
    ],
    ['a missing blob', 5, `${request},"blob":"${'0'.repeat(32)}","bytes":1}`, 'is missing'],
    [
      'a blob outside its folder',
      5,
      `${request},"blob":"../../etc/passwd","bytes":1}`,
      'not the hash of a blob',
    ],
    ['a size without a blob', 5, `${request},"bytes":1}`, 'names no blob'],
    ['a chunk without bytes', 7, '{"chunk":2}', 'no bytes'],
    ['a chunk of JSON', 7, '{"chunk":2,"json":{}}', 'the key "json"'],
    ['a time that is none', 7, '{"chunk":2,"at":"1","text":""}', '"at"'],
    ['a body and chunks', 6, '{"response":2,"status":200,"text":"a"}', 'both a body and chunks'],
    ['an unknown culprit', 10, '{"aborted":2,"by":"nobody"}', '"by"'],
  ])('with %s is named when it is decoded', (_, line, content, what) => {
    const error = failure(() => open(withLine(line, () => content)).verify());
    expect(error.code).toBe('REEL_CASSETTE_DAMAGED');
    expect(error.what).toContain(what);
    // A body that should not be there shows at the first chunk after it.
    expect(error.where).toBe(`cassettes/chat.jsonl:${what === 'both a body and chunks' ? 7 : line}`);
  });

  it('in the header is named when the file is opened', () => {
    expect(failure(() => open('{"reel":1,"name":"a"}\n'))).toMatchObject({
      what: 'The cassette cannot be read: "recordedAt" is missing.',
      where: 'cassettes/chat.jsonl:1',
    });
  });

  it('with a blob of another content says so', () => {
    const big = { ...plainInteraction(), chunks: [{ bytes: new Uint8Array(10).fill(255) }] };
    const { bytes, blobs } = encodeCassette(sampleHeader, [big], { blobAbove: 5 });
    const readBlob = (): Uint8Array => new Uint8Array(10).fill(254);
    const error = failure(() => openCassette({ bytes, where: 'a.jsonl', readBlob }).interactionAt(0));
    expect(error.what).toContain('does not have the content it is named after');
    expect(error.fix).toContain('.blobs');
    expect(
      openCassette({ bytes, where: 'a.jsonl', readBlob: (hash) => blobs.get(hash) }).interactionAt(0),
    ).toEqual(big);
  });

  it('is never quoted: no error holds a piece of the content', () => {
    const secret = 'sk-proj-verysecret0123456789';
    const bad = [
      secret,
      `{"reel":1,"${secret}":1}\n`,
      `{"reel":"${secret}"}\n`,
      withLine(3, () => `{"response":1,${secret}}`),
      withLine(3, () => `{"response":1,"status":"${secret}"}`),
      withLine(3, () => `{"${secret}":1}`),
      withLine(3, () => `${secret}`),
      withLine(3, () => `{"response":1,"status":200,"base64":"${secret}"}`),
      withLine(3, () => `{"response":1,"status":200,"blob":"${secret}"}`),
      withLine(10, () => `{"aborted":2,"by":"${secret}"}`),
      withLine(10, () => `{"end":2,"trailers":"${secret}"}`),
    ];
    for (const content of bad) {
      const error = failure(() => open(content).verify());
      expect(`${error.message} ${error.stack} ${String(error.cause)}`).not.toContain(secret.slice(0, 8));
    }
  });
});

describe('a tape', () => {
  it('keeps the position of an interaction when others are written before it', () => {
    const tape = open(
      Buffer.concat([
        encodeHeader(sampleHeader),
        ...[1, 2, 3].map((number) => encodeInteraction(number, plainInteraction(`question ${number}`)).bytes),
      ]),
    );
    expect(tape.interactionAt(2)).toEqual(plainInteraction('question 3'));
    expect(tape.interactionAt(0)).toEqual(plainInteraction('question 1'));
  });
});
