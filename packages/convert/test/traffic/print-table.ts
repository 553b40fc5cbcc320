import { trafficFolder, whyAbsent } from './folder.ts';
import { tabulate } from './tabulate.ts';
import { markdown } from './markdown.ts';
import { sectionOf, withSection } from './page.ts';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Prints the table of docs/traffic.md; with `--write`, puts it there. */
if (trafficFolder === undefined) {
  console.error(`skipped: ${whyAbsent}`);
} else {
  const only = process.argv.slice(2).find((argument) => !argument.startsWith('--'));
  const table = await tabulate(trafficFolder, only);
  const text = markdown(table);
  console.log(text);
  for (const { file, url, client, what } of table.differences)
    console.log(`${client} ${file} ${url.slice(0, 100)}: ${what}`);
  if (process.argv.includes('--details')) {
    for (const line of table.incomplete) console.log(`incomplete: ${line}`);
    console.log('hosts of no known provider:', Object.fromEntries(table.unknownHosts));
  }
  if (process.argv.includes('--write')) {
    const page = join(import.meta.dirname, '../../../../docs/traffic.md');
    // What an import costs is measured by another command.
    const speed = sectionOf(readFileSync(page, 'utf8'));
    writeFileSync(page, speed === '' ? text : withSection(text, speed));
  }
}
