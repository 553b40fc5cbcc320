import { skipped, type FoundSession, remark } from '../../reading/found.ts';
import type { Format } from '../format.ts';

/** WebSocket logs of Google's test-server: `>` (sent) or `<` (received), the length in bytes, a space, the payload, a newline. */
export const websocketLog: Format = {
  id: 'websocket-log',
  label: 'WebSocket log (Google test-server)',
  matches: ({ text }) => /^[<>]\d+ /.test(text),
  *read(recording) {
    const log = Buffer.from(recording.bytes());
    const frames: { direction: 'sent' | 'received'; data: Uint8Array }[] = [];
    let at = 0;
    while (at < log.byteLength) {
      const head = /^([<>])(\d+) /.exec(log.toString('latin1', at, at + 24));
      const from = at + (head?.[0].length ?? 0);
      const end = from + Number(head?.[2] ?? 0);
      if (head === null || end > log.byteLength) {
        yield remark('damaged-file');
        yield skipped(`frame ${frames.length + 1}`, 'the file is cut or damaged in the middle of it');
        break;
      }
      frames.push({ direction: head[1] === '>' ? 'sent' : 'received', data: log.subarray(from, end) });
      at = end;
      while (log[at] === 0x0a || log[at] === 0x0d) at++;
    }
    const session: FoundSession = { kind: 'session', where: 'the session', frames };
    if (frames.length > 0) yield session;
  },
};
