import { explainDifferences } from './markdown-differences.ts';
import type { Row, Table } from './tabulate.ts';

const heads = [
  'source',
  'format',
  'files',
  'exchanges',
  'imported',
  'exact: fetch',
  'undici',
  'node:http',
  'conversation',
  'streams',
  'complete',
  'usage read',
];

/** The page `docs/traffic.md`. */
export function markdown(table: Table): string {
  const { rows, skipped } = table;
  const total = rows.reduce<Row>((sum, row) => add(sum, row), emptyRow());
  const lines = [...rows.map((row) => cells(row)), cells(total)];
  const widths = heads.map((head, column) =>
    Math.max(head.length, ...lines.map((line) => line[column]!.length)),
  );
  const format = (line: readonly string[]): string =>
    `| ${line.map((cell, column) => (column < 2 ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!))).join(' | ')} |`;
  const rule = `| ${widths.map((width, column) => (column < 2 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`)).join(' | ')} |`;
  const reasons = [...skipped].map(([reason, count]) => `- ${count}: ${reason}`);
  return [
    intro,
    [format(heads), rule, ...lines.map((line) => format(line))].join('\n'),
    'Imported and not byte for byte, and why:',
    explainDifferences(table),
    'Not among the imported ones, and why:',
    reasons.join('\n'),
    outro,
  ].join('\n\n');
}

const intro = `# The engine on real traffic

Recordings that other projects made of real LLM APIs, with their own tools, read by \`@reel/convert\`. Each exchange is served over HTTP by a test
server as its provider answered (status, headers, coding, chunks), recorded through Reel, and replayed with the server gone. \`exact\` counts the
exchanges for which the client saw the same status, headers and bytes in replay, through \`fetch\`, undici and \`node:http\`. \`conversation\`
repeats that with redaction and normalization: each request quotes the ids the client was answered in that run. Streams are
parsed and held to the rule by which their provider ends them; \`usage read\` counts the answers whose tokens are known.

Printed by \`pnpm --filter @reel/convert traffic-table\` (\`--write\` renews this page).`;

const outro = `Streams that are not complete were cut when they were recorded, are fixtures that somebody shortened, or end by no rule of their provider. Answers without
usage are errors, files, lists, web pages, streams that were not asked for it, and tools' own traffic.
`;

function cells(row: Row): string[] {
  return [
    row.source,
    row.format,
    ...[
      row.files,
      row.exchanges,
      row.imported,
      row.exact['fetch'],
      row.exact['undici'],
      row.exact['node:http'],
      row.conversation,
      row.streams,
      row.completeStreams,
      row.withUsage,
    ].map((count) => String(count ?? 0)),
  ];
}

function emptyRow(): Row {
  return {
    source: '**all**',
    format: '',
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
}

function add(sum: Row, row: Row): Row {
  const exact = { ...sum.exact };
  for (const [client, count] of Object.entries(row.exact)) exact[client] = (exact[client] ?? 0) + count;
  return {
    ...sum,
    files: sum.files + row.files,
    exchanges: sum.exchanges + row.exchanges,
    imported: sum.imported + row.imported,
    exact,
    conversation: sum.conversation + row.conversation,
    streams: sum.streams + row.streams,
    completeStreams: sum.completeStreams + row.completeStreams,
    withUsage: sum.withUsage + row.withUsage,
    knownProvider: sum.knownProvider + row.knownProvider,
  };
}
