import { createMemoryStore, useCassette } from '@reel/core';
import type { Interaction } from '@reel/core/engine';
import { ProviderServer } from '../traffic/provider-server.ts';
import { callsFor, type SdkCall } from './calls.ts';

/** One SDK over one exchange. */
export interface Comparison {
  readonly sdk: string;
  readonly url: string;
  /** Whether the SDK made something of the live answer. */
  readonly outcome: 'result' | 'error';
  readonly live: string;
  readonly replayed: string;
  /** What came of the same with ids and padding normalized: an SDK that checks lengths and sums must still read it. */
  readonly normalized: 'result' | 'error';
}

/** Runs every SDK that speaks an exchange's protocol against the live server and in replay. */
export async function compareSdks(interaction: Interaction): Promise<Comparison[]> {
  const comparisons: Comparison[] = [];
  for (const [sdk, call] of Object.entries(callsFor(interaction))) {
    const { live, replayed } = await recordAndReplay(interaction, call, false);
    const normalized = await recordAndReplay(interaction, call, true);
    comparisons.push({
      sdk,
      url: interaction.request.url,
      outcome: live.outcome,
      live: live.text,
      replayed: replayed.text,
      normalized: normalized.replayed.outcome,
    });
  }
  return comparisons;
}

async function recordAndReplay(
  interaction: Interaction,
  call: SdkCall,
  normalize: boolean,
): Promise<{ readonly live: Said; readonly replayed: Said }> {
  const server = await ProviderServer.start();
  const options = { store: createMemoryStore(), normalize, intercept: ['*'], retries: 'keep' } as const;
  const { origin } = new URL(interaction.request.url);
  server.play([interaction]);
  let live: Said;
  try {
    const upstreams = { [origin]: server.url };
    live = await useCassette('sdk', { ...options, mode: 'record', upstreams }, () => said(call));
  } finally {
    await server.stop();
  }
  const replayed = await useCassette('sdk', { ...options, mode: 'replay' }, () => said(call));
  return { live, replayed };
}

interface Said {
  readonly outcome: 'result' | 'error';
  readonly text: string;
}

async function said(call: SdkCall): Promise<Said> {
  try {
    return { outcome: 'result', text: plain(await call()) };
  } catch (error) {
    const { name, message, status } = error as Error & { status?: number };
    return { outcome: 'error', text: plain({ name, message, status }) };
  }
}

function plain(value: unknown): string {
  return JSON.stringify(value, (_, item: unknown) =>
    item instanceof Uint8Array ? Buffer.from(item).toString('base64') : item,
  );
}
