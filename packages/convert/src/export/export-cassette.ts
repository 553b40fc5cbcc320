import { ReelError } from '@reel/core';
import type { Interaction } from '@reel/core/engine';
import type { ExportedExchange, ExportLoss } from './exported.ts';
import { toHar } from './har.ts';
import { toNock } from './nock.ts';
import { toVcrpy } from './vcrpy.ts';

/** What is exported: the interactions of a cassette, and what stands in its head. */
export interface ExportableCassette {
  readonly interactions: readonly Interaction[];
  /** UTC: `2026-11-20T10:00:00Z`. */
  readonly recordedAt: string;
}

export type ExportFormat = 'har' | 'vcrpy' | 'nock';

export const exportFormats: readonly ExportFormat[] = ['har', 'vcrpy', 'nock'];

/** An exported cassette, and what the format could not carry. */
export interface Exported {
  readonly text: string;
  /** The usual ending of such a file: `.har`, `.yaml`, `.json`. */
  readonly extension: string;
  readonly exchanges: number;
  readonly skipped: readonly { readonly where: string; readonly reason: string }[];
  /** One sentence each, with the number of exchanges it holds for. */
  readonly lost: readonly ExportLoss[];
}

/**
 * Writes a cassette as a recording of another tool. What the format carries is exact: imported again, it is the same interaction.
 * What it cannot carry (times of chunks, trailers, interruptions, WebSockets) is named in the result.
 * @throws ReelError `REEL_INVALID_OPTION` for an unknown format.
 */
export function exportCassette(cassette: ExportableCassette, format: ExportFormat): Exported {
  const write = { har: toHar, vcrpy: toVcrpy, nock: toNock }[format] as typeof toHar | undefined;
  if (write === undefined) {
    throw new ReelError('REEL_INVALID_OPTION', {
      what: `there is no format named ${JSON.stringify(format)} to export to`,
      fix: `use one of ${exportFormats.join(', ')}`,
    });
  }
  const skipped: { where: string; reason: string }[] = [];
  const losses = new Map<string, number>();
  const exchanges: ExportedExchange[] = [];
  for (const [index, interaction] of cassette.interactions.entries()) {
    const where = `interaction ${index + 1}`;
    const reason = reasonNotTo(interaction, format);
    if (reason !== undefined) {
      skipped.push({ where, reason });
      continue;
    }
    for (const loss of lossesOf(interaction)) losses.set(loss, (losses.get(loss) ?? 0) + 1);
    exchanges.push({ interaction, lose: (loss) => void losses.set(loss, (losses.get(loss) ?? 0) + 1) });
  }
  const { text, extension } = write(exchanges, cassette.recordedAt);
  return {
    text,
    extension,
    exchanges: exchanges.length,
    skipped,
    lost: [...losses].map(([what, count]) => ({ text: what, count })),
  };
}

function reasonNotTo(interaction: Interaction, format: ExportFormat): string | undefined {
  if ('session' in interaction && interaction.session !== undefined) return 'it is a WebSocket session';
  if (interaction.response === undefined && format !== 'har')
    return 'no response arrived, and the format has no way to say so';
  return undefined;
}

function lossesOf({ chunks, ending, response }: Interaction): string[] {
  return [
    ...(chunks.some(({ at }) => at !== undefined) ? ['the times of chunks are not carried'] : []),
    ...(ending.kind === 'aborted' && response !== undefined
      ? ['that the answer was cut is not carried: its prefix looks whole']
      : []),
    ...(ending.kind === 'end' && (ending.trailers ?? []).length > 0 ? ['trailers are not carried'] : []),
  ];
}
