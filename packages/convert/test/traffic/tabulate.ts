import { findProvider, framingOf, mediaType, readResponse, type Interaction } from '@reel/core/engine';
import { clients } from './clients.ts';
import { proveConversation, proveExact, type Proof } from './prove.ts';
import { readSource, type RawCassette } from './read-source.ts';
import { trafficSources } from './folder.ts';

/** One line of the table: a source and a format. */
export interface Row {
  readonly source: string;
  readonly format: string;
  files: number;
  exchanges: number;
  imported: number;
  readonly exact: Record<string, number>;
  conversation: number;
  streams: number;
  completeStreams: number;
  withUsage: number;
  knownProvider: number;
}

export interface Difference {
  readonly file: string;
  readonly url: string;
  readonly client: string;
  readonly what: string;
}

export interface Table {
  readonly rows: readonly Row[];
  readonly differences: readonly Difference[];
  readonly skipped: ReadonlyMap<string, number>;
  /** Streams that are not complete by their provider's rule, and hosts of no known provider. */
  readonly incomplete: readonly string[];
  readonly unknownHosts: ReadonlyMap<string, number>;
}

/** Everything there is to know of the recordings in a folder. Takes about a minute for a thousand exchanges. */
export async function tabulate(folder: string, only?: string): Promise<Table> {
  const rows: Row[] = [];
  const differences: Difference[] = [];
  const skipped = new Map<string, number>();
  const incomplete: string[] = [];
  const unknownHosts = new Map<string, number>();
  for (const source of trafficSources(folder)) {
    if (only !== undefined && source.name !== only) continue;
    for (const cassette of readSource(source.path)) {
      const row = rowFor(rows, source.name, cassette.format);
      for (const reason of cassette.skipped) skipped.set(reason, (skipped.get(reason) ?? 0) + 1);
      const note = (client: string, proofs: readonly Proof[]): number => {
        for (const [index, { differs }] of proofs.entries()) {
          if (differs === undefined) continue;
          const { url } = cassette.interactions[index]!.request;
          differences.push({ file: `${source.name}/${cassette.file}`, url, client, what: differs });
        }
        return proofs.filter(({ differs }) => differs === undefined).length;
      };
      count(row, cassette, incomplete, unknownHosts);
      for (const client of Object.keys(clients) as (keyof typeof clients)[])
        row.exact[client] =
          (row.exact[client] ?? 0) + note(client, await proveExact(cassette.interactions, client));
      row.conversation += note('conversation', await proveConversation(cassette.interactions));
    }
  }
  return { rows, differences, skipped, incomplete, unknownHosts };
}

function rowFor(rows: Row[], source: string, format: string): Row {
  let row = rows.find((one) => one.source === source && one.format === format);
  if (row === undefined) {
    row = {
      source,
      format,
      files: 0,
      exchanges: 0,
      imported: 0,
      exact: {},
      conversation: 0,
      streams: 0,
      completeStreams: 0,
      withUsage: 0,
      knownProvider: 0,
    };
    rows.push(row);
  }
  return row;
}

function count(
  row: Row,
  cassette: RawCassette,
  incomplete: string[],
  unknownHosts: Map<string, number>,
): void {
  row.files++;
  row.exchanges += cassette.interactions.length + cassette.skipped.length;
  row.imported += cassette.interactions.length;
  for (const interaction of cassette.interactions) {
    const provider = findProvider(interaction.request.url);
    if (provider === undefined) {
      const { host } = new URL(interaction.request.url);
      unknownHosts.set(host, (unknownHosts.get(host) ?? 0) + 1);
    } else row.knownProvider++;
    const readable = readResponse(interaction);
    if (provider?.usage(readable) !== undefined) row.withUsage++;
    if (!isStream(interaction)) continue;
    row.streams++;
    if (readable.events !== undefined && provider?.isComplete(readable) === true) row.completeStreams++;
    else
      incomplete.push(
        `${row.source}/${cassette.file} ${provider?.id ?? 'unknown'} ${interaction.response!.status} ${interaction.request.url.slice(0, 120)} events=${readable.events?.length}`,
      );
  }
}

function isStream({ response, chunks }: Interaction): boolean {
  return response !== undefined && (framingOf(mediaType(response.headers)) !== 'none' || chunks.length > 1);
}
