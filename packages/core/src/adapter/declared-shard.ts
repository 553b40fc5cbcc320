/**
 * The part of the suite that a run is, for runners that have no shards of their own, or are given lists of files: `REEL_SHARD=2/3` says
 * that three runs together are the whole suite, and this is the second of them.
 * @returns `2/3`; `undefined` when the variable is not set
 * @throws TypeError when it says something else
 */
export function declaredShard(
  environment: Readonly<Record<string, string | undefined>> = process.env,
): string | undefined {
  const text = environment['REEL_SHARD'];
  if (text === undefined || text === '') return undefined;
  const [, part, of] = /^([1-9]\d{0,4})\/([1-9]\d{0,4})$/.exec(text) ?? [];
  if (part === undefined || Number(part) > Number(of))
    throw new TypeError(`REEL_SHARD is ${JSON.stringify(text)}: it takes a part of how many, such as 2/3`);
  return text;
}

/** A run that {@link declaredShard} names: naming its files is how it became that part. */
export function asShard(shard: string, partial: readonly string[]): readonly string[] {
  return [
    ...partial.filter(
      (reason) => reason !== 'file filter' && reason !== 'project filter' && reason !== 'only some projects',
    ),
    `shard ${shard}`,
  ];
}
