import { crc32 } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { Interaction } from '../model/interaction.ts';
import { awsFrame } from '../../test/fixtures/aws-frame.ts';
import { normalizeInteractions } from './normalize.ts';

const rules = {
  ids: [{ path: '**.toolUseId' }],
  volatile: [{ path: 'p', value: '' }],
};
const options = { keyOf: ({ url }: { readonly url: string }) => url, provider: () => rules };

function stream(...chunks: Uint8Array[]): Interaction {
  return {
    request: {
      method: 'POST',
      url: 'https://x.test/converse-stream',
      headers: [],
      body: new Uint8Array(0),
    },
    response: { status: 200, headers: [['content-type', 'application/vnd.amazon.eventstream']] },
    chunks: chunks.map((bytes) => ({ bytes })),
    ending: { kind: 'end' },
  };
}

function isSealed(frame: Uint8Array): boolean {
  const view = new DataView(frame.buffer, frame.byteOffset, frame.byteLength);
  return (
    view.getUint32(0) === frame.byteLength &&
    view.getUint32(8) === crc32(frame.subarray(0, 8)) &&
    view.getUint32(frame.byteLength - 4) === crc32(frame.subarray(0, -4))
  );
}

const payload = (frame: Uint8Array): string =>
  Buffer.from(frame)
    .toString('latin1')
    .replace(/^[^{]*/s, '')
    .slice(0, -4);

describe('a normalized AWS event stream', () => {
  const start = awsFrame(
    'contentBlockStart',
    '{"start":{"toolUse":{"toolUseId":"tooluse_Kz6EtoqZSyK9SeLTMqQ"}},"p":"abcdef"}',
  );
  const stop = awsFrame('messageStop', '{"p":"abcdefghijk","stopReason":"tool_use"}');

  it('has lengths and checksums that fit what was rewritten', () => {
    const [{ chunks } = stream()] = normalizeInteractions([stream(start, stop)], options);
    expect(chunks.map(({ bytes }) => isSealed(bytes))).toEqual([true, true]);
    expect(payload(chunks[0]!.bytes)).toMatch(/"toolUseId":"tooluse_(?!Kz6)\w+"\}\},"p":""/);
    expect(payload(chunks[1]!.bytes)).toBe('{"p":"","stopReason":"tool_use"}');
  });

  it('changes no more, and follows an id into the next request', () => {
    const next: Interaction = {
      ...stream(),
      request: { ...stream().request, body: Buffer.from('{"toolUseId":"tooluse_Kz6EtoqZSyK9SeLTMqQ"}') },
    };
    const once = normalizeInteractions([stream(start), next], options);
    const id = /tooluse_\w+/.exec(payload(once[0]!.chunks[0]!.bytes))![0];
    expect(Buffer.from(once[1]!.request.body).toString()).toBe(`{"toolUseId":"${id}"}`);
    expect(normalizeInteractions(once, options)[0]).toBe(once[0]);
  });

  it('that came in one piece, or was cut, is read as far as it goes', () => {
    const whole = Buffer.concat([start, stop]);
    const [{ chunks } = stream()] = normalizeInteractions([stream(whole.subarray(0, -3))], options);
    const bytes = Buffer.from(chunks[0]!.bytes);
    expect(isSealed(bytes.subarray(0, bytes.readUInt32BE(0)))).toBe(true);
    expect(bytes.toString('latin1')).toContain('abcdefghijk');
  });
});
