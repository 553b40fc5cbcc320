// Runs every program beside it on a cassette of its own, and prints a line of JSON for each: what the program saw.
//
// This folder is kept as it was with each version: a later Reel replays the cassettes of an earlier one with the programs and the
// configs of that one. What may be relied on here is therefore the public API, Node, and nothing else.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { useCassette } from '@reel/core';

const here = import.meta.dirname;
const sorted = (folder) => readdirSync(join(here, folder)).toSorted();

for (const file of sorted('programs')) {
  const { program } = await import(`./programs/${file}`);
  await show(`programs/${file}`, () => useCassette(`programs/${file.replace('.mjs', '')}`, program));
}

const { program } = await import('./programs/json.mjs');
for (const file of sorted('configs')) {
  process.env.REEL_CONFIG = join(here, 'configs', file);
  await show(`configs/${file}`, () => useCassette(`configs/${file.replace(/\..*/, '')}`, program));
}

async function show(scenario, run) {
  let line;
  try {
    line = { scenario, saw: await run() };
  } catch (error) {
    line = { scenario, error: { code: error.code, message: error.message } };
  }
  process.stdout.write(`${JSON.stringify(line)}\n`);
}
