import { afterAll } from 'vitest';
import { transportConformance, type LayerUnderTest } from '@reel/testkit/transport-conformance';
import { createSocketTransport } from '../../src/interception/socket.ts';
import { clients } from './clients.ts';
import { MemoryRecorder } from './memory-recorder.ts';

const transport = createSocketTransport();
afterAll(() => transport.disable());

function layer(): LayerUnderTest {
  let ports: readonly number[] = [];
  const recorder = new MemoryRecorder(
    ({ host, port }) => host === 'nonexistent.invalid' || ports.includes(port),
  );
  return {
    record(next) {
      ports = next;
      transport.enable(recorder);
    },
    replay: () => recorder.rewind(),
    stop() {
      transport.disable();
      if (recorder.misses.length > 0) throw new Error(`missed: ${recorder.misses.join(', ')}`);
    },
  };
}

for (const client of clients) transportConformance(client, layer);
