import type { Receipt, ReceiptCassette } from '../../adapter/receipt.ts';
import { addUsage } from '../../report.ts';
import { ReelError } from '../../errors.ts';

/**
 * The receipts of several shards, or of several runners, as one. It is green when all are, and whole when none says otherwise and every
 * part of a sharded run is there; what is missing stands in `partial`.
 */
export function mergeReceipts(receipts: readonly Receipt[]): Receipt {
  const [first] = receipts;
  if (first === undefined) throw new TypeError('nothing to merge');
  if (receipts.length === 1) return withoutShard(first, missingShards(receipts));
  const modes = new Set(receipts.map(({ mode }) => mode));
  if (modes.size > 1) {
    throw new ReelError('REEL_MERGE_REFUSED', {
      what: `these receipts are of runs in different modes: ${[...modes].join(', ')}`,
      fix: 'merge the receipts of one run (its shards), or of runs of one mode',
    });
  }
  return {
    receipt: 1,
    runner: [...new Set(receipts.map(({ runner }) => runner))].join('+'),
    // The oldest: what was recorded since then was not seen by all.
    at: receipts.map(({ at }) => at).toSorted()[0]!,
    mode: first.mode,
    green: receipts.every(({ green }) => green),
    partial: [...new Set([...receipts.flatMap((receipt) => reasons(receipt)), ...missingShards(receipts)])],
    cassettes: Object.fromEntries([...mergeCassettes(receipts)].toSorted(([a], [b]) => (a < b ? -1 : 1))),
    tests: receipts.flatMap(({ tests }) => tests),
    savedUsage: addUsage(receipts.flatMap(({ savedUsage }) => savedUsage ?? [])),
    spentUsage: addUsage(receipts.flatMap(({ spentUsage }) => spentUsage ?? [])),
    warnings: [...new Set(receipts.flatMap(({ warnings }) => warnings ?? []))],
  };
}

function withoutShard(receipt: Receipt, missing: readonly string[]): Receipt {
  const { shard, ...whole } = receipt;
  return shard === undefined ? receipt : { ...whole, partial: [...reasons(receipt), ...missing] };
}

/** Why a run was not whole, beside being a shard. */
function reasons({ partial }: Pick<Receipt, 'partial'>): string[] {
  return partial.filter((reason) => !/^shard \d+\/\d+$/.test(reason));
}

/** Parts of sharded runs that no receipt is of, by runner. */
function missingShards(receipts: readonly Receipt[]): string[] {
  const runners = Map.groupBy(receipts, ({ runner }) => runner);
  return [...runners].flatMap(([runner, ofRunner]) => {
    const shards = ofRunner.flatMap((receipt) => shardOf(receipt) ?? []);
    const counts = new Set(shards.map(({ of }) => of));
    if (counts.size > 1) return [`shards of different runs of ${runner}`];
    const [count] = counts;
    if (count === undefined) return [];
    // A matrix has each part once for each of its runs: a part that is there less often than another is missing in one of them.
    const times = (part: number): number => shards.filter((shard) => shard.part === part).length;
    const runs = Math.max(...shards.map(({ part }) => times(part)));
    const missing = Array.from({ length: count }, (_, index) => index + 1).filter(
      (part) => times(part) < runs,
    );
    return missing.length === 0
      ? []
      : [
          `shard ${missing.map((part) => `${part}/${count}`).join(', ')} of ${runner} missing${runs === 1 ? '' : ` in one of ${runs} runs`}`,
        ];
  });
}

function shardOf({ shard, partial }: Receipt): { part: number; of: number } | undefined {
  const named = [shard, ...partial]
    .map((text) => /^(?:shard )?(\d+)\/(\d+)$/.exec(text ?? ''))
    .find((found) => found !== null);
  return named ? { part: Number(named[1]), of: Number(named[2]) } : undefined;
}

function mergeCassettes(receipts: readonly Receipt[]): Map<string, ReceiptCassette> {
  const merged = new Map<string, ReceiptCassette>();
  for (const { cassettes } of receipts) {
    for (const [path, cassette] of Object.entries(cassettes)) {
      const sofar = merged.get(path);
      merged.set(path, sofar === undefined ? cassette : addUse(sofar, cassette, path));
    }
  }
  return merged;
}

function addUse(a: ReceiptCassette, b: ReceiptCassette, path: string): ReceiptCassette {
  const isOther =
    a.bytes !== undefined &&
    b.bytes !== undefined &&
    (a.bytes !== b.bytes || a.interactions !== b.interactions);
  if (isOther && !a.written && !b.written) {
    throw new ReelError('REEL_MERGE_REFUSED', {
      what: 'two runs read different versions of one cassette, so what they used cannot be added up',
      where: path,
      fix: 'run all shards and runners on the same commit, then merge again',
    });
  }
  const bytes = a.bytes ?? b.bytes;
  const interactions = a.interactions ?? b.interactions;
  return {
    ...(bytes !== undefined && { bytes }),
    ...(interactions !== undefined && { interactions }),
    used: [...new Set([...a.used, ...b.used])].toSorted((x, y) => x - y),
    written: a.written || b.written,
    skipped: a.skipped || b.skipped,
  };
}
