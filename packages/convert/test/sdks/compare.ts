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
}

/** Runs every SDK that speaks an exchange's protocol against the live server and in replay. */
export async function compareSdks(interaction: Interaction): Promise<Comparison[]> {
  const comparisons: Comparison[] = [];
  for (const [sdk, call] of Object.entries(callsFor(interaction))) {
    const server = await ProviderServer.start();
    const store = createMemoryStore();
    const { origin } = new URL(interaction.request.url);
    const options = { store, normalize: false, intercept: ['*'], retries: 'keep' } as const;
    server.play([interaction]);
    let live: Said;
    try {
      live = await useCassette(
        'sdk',
        { ...options, mode: 'record', upstreams: { [origin]: server.url } },
        () => said(call),
      );
    } finally {
      await server.stop();
    }
    const replayed = await useCassette('sdk', { ...options, mode: 'replay' }, () => said(call));
    comparisons.push({
      sdk,
      url: interaction.request.url,
      outcome: live.outcome,
      live: live.text,
      replayed: replayed.text,
    });
  }
  return comparisons;
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
