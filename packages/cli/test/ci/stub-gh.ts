import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { temporaryFolder } from '../temporary-folder.ts';

/** What the stub says to a call whose words, joined by blanks, match. The last that matches counts. */
export interface Answer {
  readonly match: string;
  readonly stdout?: string;
  readonly stderr?: string;
  readonly code?: number;
}

/** One call of `gh`. */
export interface GhCall {
  readonly words: readonly string[];
  readonly stdin: string;
}

export interface StubGh {
  /** An environment in which `gh` is the stub. */
  readonly env: Record<string, string>;
  /** Every call so far. */
  calls(): GhCall[];
}

const program = `#!${process.execPath}
const { appendFileSync, readFileSync } = require('node:fs');
const { join } = require('node:path');
const words = process.argv.slice(2);
const stdin = words.includes('-') ? readFileSync(0, 'utf8') : '';
appendFileSync(join(__dirname, 'calls.jsonl'), JSON.stringify({ words, stdin }) + '\\n');
const answers = JSON.parse(readFileSync(join(__dirname, 'answers.json'), 'utf8'));
const answer = answers.findLast(({ match }) => new RegExp(match).test(words.join(' ')));
if (answer === undefined) { process.stderr.write('stub: no answer to ' + words.join(' ')); process.exit(97); }
const title = words.find((word) => word.startsWith('request='))?.slice(8);
if (title) appendFileSync(join(__dirname, 'request'), title);
let request = '';
try { request = readFileSync(join(__dirname, 'request'), 'utf8'); } catch {}
process.stdout.write((answer.stdout ?? '').replaceAll('{request}', request));
process.stderr.write(answer.stderr ?? '');
process.exit(answer.code ?? 0);
`;

/** A `gh` on the PATH that notes its arguments and answers as it is told: there is no GitHub here. */
export function stubGh(answers: readonly Answer[]): StubGh {
  const folder = temporaryFolder({
    gh: program,
    'package.json': '{"type":"commonjs"}',
    'answers.json': JSON.stringify(answers),
  });
  chmodSync(join(folder, 'gh'), 0o755);
  const log = join(folder, 'calls.jsonl');
  writeFileSync(log, '');
  return {
    env: { PATH: `${folder}${delimiter}${process.env['PATH'] ?? ''}`, GITHUB_REPOSITORY: 'acme/app' },
    calls: () =>
      existsSync(log)
        ? readFileSync(log, 'utf8')
            .split('\n')
            .filter((line) => line !== '')
            .map((line) => JSON.parse(line) as GhCall)
        : [],
  };
}
