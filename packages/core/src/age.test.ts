import { describe, expect, it } from 'vitest';
import { checkAge } from './age.ts';
import { checkOptions } from './options.ts';
import { createMemoryStore } from './cassette/stores/memory.ts';
import { encodeCassette } from './cassette/format.ts';
import type { ScopeReport } from './report.ts';
import { useCassette } from './use-cassette.ts';

const day = 86_400_000;
const recordedAt = '2026-11-20T10:00:00Z';
const at = (days: number): number => Date.parse(recordedAt) + days * day;
const cassette = { recordedAt, where: 'chat.jsonl', fix: 'to record it: REEL_MODE=record npx vitest run' };

describe('the age of a cassette', () => {
  it('is of no interest when no limit is set', () => {
    expect(checkAge(cassette, {}, at(10_000))).toBeUndefined();
  });

  it('warns from the soft limit on, with the age and the limit', () => {
    expect(checkAge(cassette, { soft: '30d' }, at(29))).toBeUndefined();
    expect(checkAge(cassette, { soft: '30d' }, at(41))).toBe(
      'chat.jsonl was recorded 41d ago (maxAge.soft is 30d)',
    );
  });

  it('fails from the hard limit on, with the command that records anew', () => {
    expect(() => checkAge(cassette, { soft: '30d', hard: '12w' }, at(100))).toThrow(
      /REEL_CASSETTE_STALE: the recording is 100d old, and 12w is the limit[^]*REEL_MODE=record/,
    );
  });

  it.each(['30', 'a month', '30 days', ''])('cannot be limited to %j', (soft) => {
    expect(() => checkOptions({ maxAge: { soft } }, 'reel.config.ts')).toThrow(/REEL_INVALID_OPTION/);
  });

  it('over the hard limit is a miss of the test, which never goes to the provider; over the soft one a warning', async () => {
    const store = createMemoryStore();
    store.update('old', () =>
      encodeCassette({ reel: 1, name: 'old', recordedAt: '2020-01-01T00:00:00Z', by: 'x', rules: 'none' }, [
        {
          request: {
            method: 'GET',
            url: 'https://api.openai.com/v1/models',
            headers: [],
            body: new Uint8Array(0),
          },
          response: { status: 200, headers: [['content-type', 'application/json']] },
          chunks: [{ bytes: Buffer.from('{"data":[]}') }],
          ending: { kind: 'end' },
        },
      ]),
    );
    const reports: ScopeReport[] = [];
    const ask = async (): Promise<number> => (await fetch('https://api.openai.com/v1/models')).status;
    const onReport = (report: ScopeReport): void => void reports.push(report);
    expect(await useCassette('old', { store, maxAge: { soft: '1y' }, mode: 'replay', onReport }, ask)).toBe(
      200,
    );
    expect(reports[0]!.warnings.join()).toMatch(/was recorded \dy ago/);
    await expect(
      useCassette('old', { store, maxAge: { hard: '1y' }, mode: 'replay', onReport }, ask),
    ).rejects.toThrow(/REEL_CASSETTE_STALE/);
  });
});
