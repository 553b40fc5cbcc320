import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { formatReport } from './format-report.ts';
import { importFiles } from './import-files.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'reel-format-report-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const whole = `interactions:
- request: {body: null, headers: {}, method: GET, uri: 'https://api.example.com/1'}
  response: {body: {string: x}, headers: {content-type: [text/plain]}, status: {code: 200, message: OK}}
`;

async function reported(texts: Readonly<Record<string, string>>): Promise<string> {
  const sources = Object.entries(texts).map(([name, text]) => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  });
  return formatReport(await importFiles({ sources, to: 'there', dryRun: true, environment: {} }));
}

test('a report names what was left out, and nothing where nothing was', async () => {
  expect(await reported({ 'a.yaml': whole })).toMatch(
    /\n1 exchange of 1 file would go to there \(0\.0 MB in [\d.]+ s\)$/,
  );
  expect(await reported({ 'a.yaml': whole, 'b.yaml': '' })).toMatch(/ to there; 1 file left out \(/);
  expect(await reported({ 'a.yaml': `${whole}- request: {body: null` })).toMatch(
    / to there; 1 part left out \(/,
  );
});

test('of a file that gave nothing, no note says that some of it was kept', async () => {
  const report = await reported({ 'a.yaml': 'interactions:\n- request: {body: null' });
  expect(report).toContain('not imported: it is not valid YAML');
  expect(report).not.toContain('What the recordings do not carry');
});

test('a format that is spelled wrong is answered with the one that was meant', async () => {
  await expect(importFiles({ sources: [], to: 'there', from: 'vcrp' })).rejects.toMatchObject({
    code: 'REEL_INVALID_OPTION',
    fix: expect.stringContaining('did you mean vcrpy? Use auto, or one of') as string,
  });
});
