#!/usr/bin/env node
import { parseArgs } from 'node:util';
import { readFileSync } from 'node:fs';
import { checkSecrets, type CheckedFile, type FileFinding } from '../check-secrets.ts';
import { loadConfig } from '../config.ts';
import { isReelError, ReelError } from '../errors.ts';
import { createRedactor } from '../redaction/redactor.ts';
import { stagedCassettes } from './staged-cassettes.ts';

const usage = `reel-check-secrets [--json] [--fingerprints] [files...]

Looks for secrets in cassettes (or any text files). Without files: in the cassettes that are staged in git, as they are staged.
Prints rule, file, line and JSON path of each finding, never the value.

  --json          one JSON document: {"files": n, "findings": [...]}
  --fingerprints  also a hash of each value, for redact.allow in reel.config.ts

Exit code: 0 nothing found, 1 something found, 2 wrong usage or an unreadable file.`;

process.exitCode = main(process.argv.slice(2));

function main(args: readonly string[]): number {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        json: { type: 'boolean' },
        fingerprints: { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
      },
    });
    if (values.help === true) {
      process.stdout.write(`${usage}\n`);
      return 0;
    }
    const files = positionals.length > 0 ? positionals.map((path) => read(path)) : stagedCassettes();
    const { known, allow } = createRedactor(loadConfig(process.cwd())?.options.redact ?? {}, process.env);
    const findings = checkSecrets(files, { known, allow, fingerprints: values.fingerprints === true });
    process.stdout.write(values.json === true ? asJson(files, findings) : asText(files, findings));
    return findings.length > 0 ? 1 : 0;
  } catch (error) {
    process.stderr.write(`${sentence(error)}\n`);
    return 2;
  }
}

function read(path: string): CheckedFile {
  try {
    return { where: path, bytes: readFileSync(path) };
  } catch (error) {
    throw new ReelError('REEL_STORE_UNREADABLE', {
      what: `the file cannot be read (${(error as NodeJS.ErrnoException).code ?? 'unknown reason'})`,
      where: path,
      fix: 'correct the path, or leave the files out to check what is staged',
      cause: error,
    });
  }
}

function asJson(files: readonly CheckedFile[], findings: readonly FileFinding[]): string {
  return `${JSON.stringify({ files: files.length, findings }, undefined, 2)}\n`;
}

function asText(files: readonly CheckedFile[], findings: readonly FileFinding[]): string {
  const lines = findings.map(({ where, line, path, ruleId, encoding, fingerprint }) =>
    [
      `${where}:${line}`,
      path ?? '-',
      encoding === 'plain' ? ruleId : `${ruleId} (${encoding})`,
      ...(fingerprint === undefined ? [] : [fingerprint]),
    ].join('  '),
  );
  const count = `${findings.length} ${findings.length === 1 ? 'finding' : 'findings'} in ${files.length} ${files.length === 1 ? 'file' : 'files'}`;
  const advice = findings.length > 0 ? '; see @reel/core/docs/redaction.md for what to do' : '';
  return `${[...lines, count + advice].join('\n')}\n`;
}

function sentence(error: unknown): string {
  if (isReelError(error)) return error.message;
  return `reel-check-secrets: ${String((error as Error)?.message ?? error)} (see --help)`;
}
