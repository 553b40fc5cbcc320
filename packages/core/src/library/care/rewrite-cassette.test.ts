import { chmodSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { createRedactor } from '../../redaction/redactor.ts';
import { secretsByRule, seeded } from '../../../test/fixtures/synthetic-secrets.ts';
import { perform } from '../../../test/fixtures/simulated-calls.ts';
import { chat } from '../../../test/library/calls.ts';
import { cassetteText, folderWith } from '../../../test/library/folder.ts';
import { cassetteFile } from '../files/cassette-file.ts';
import { rewriteCassette, type RewriteKind, type RewrittenCassette } from './rewrite-cassette.ts';

const redactor = createRedactor({}, {});
const secret = secretsByRule['openai-key']![0]!(seeded(3));
const live = cassetteText(
  perform(
    {
      api: 'chat-stream',
      name: 'x',
      turns: [
        { says: 'Hi', tools: 1 },
        { says: 'Go on', tools: 0 },
      ],
    },
    5,
  ),
);

function rewrite(base: string, kind: RewriteKind, dryRun = false): RewrittenCassette {
  return rewriteCassette(cassetteFile('cassettes/a.jsonl', base), kind, { redactor, dryRun });
}

const read = (base: string): string => readFileSync(join(base, 'cassettes/a.jsonl'), 'utf8');

it('normalizes what was recorded as it came, once, and says which parts change', () => {
  const base = folderWith({ 'cassettes/a.jsonl': live });
  const planned = rewrite(base, 'normalize', true);
  expect(planned.changed).toBe(true);
  expect(read(base)).toBe(live);
  expect(planned.changes[0]).toMatch(
    /^interaction 1: response headers? .*x-request-id.*, response body \(\d+ of \d+ pieces\)$/,
  );

  expect(rewrite(base, 'normalize')).toEqual(planned);
  const once = read(base);
  expect(once).not.toBe(live);
  expect(once).toContain('normalize-');
  const before = statSync(join(base, 'cassettes/a.jsonl'));
  expect(rewrite(base, 'normalize')).toMatchObject({ changed: false, changes: [] });
  expect(statSync(join(base, 'cassettes/a.jsonl'))).toMatchObject({
    ino: before.ino,
    mtimeMs: before.mtimeMs,
  });
});

it('redacts, counts what it took out by rule, and says no value', () => {
  const base = folderWith({
    'cassettes/a.jsonl': cassetteText([chat('clean', 'x'), chat(`I saw ${secret} there`, `${secret} noted`)]),
  });
  const result = rewrite(base, 'redact');
  expect(result).toMatchObject({
    changed: true,
    left: 0,
    changes: ['interaction 2: request body, response body (2 x openai-key)'],
  });
  expect(JSON.stringify(result)).not.toContain(secret);
  expect(read(base)).not.toContain(secret);
  expect(rewrite(base, 'redact').changed).toBe(false);
});

it('does not normalize a cassette that holds a secret', () => {
  const withSecret = cassetteText(
    perform({ api: 'chat', name: 'x', turns: [{ says: `I saw ${secret} there`, tools: 0 }] }, 5),
  );
  const base = folderWith({ 'cassettes/a.jsonl': withSecret });
  expect(rewrite(base, 'normalize')).toMatchObject({
    changed: false,
    problem: { code: 'REEL_SECRET_FOUND' },
  });
  expect(read(base)).toBe(withSecret);
});

it('has nothing to upgrade in the current format, and refuses a newer one', () => {
  const base = folderWith({ 'cassettes/a.jsonl': live });
  expect(rewrite(base, 'upgrade')).toMatchObject({ changed: false, changes: [] });
  const newer = folderWith({ 'cassettes/a.jsonl': live.replace('"reel":1', '"reel":2') });
  expect(rewrite(newer, 'upgrade')).toMatchObject({ problem: { code: 'REEL_CASSETTE_VERSION' } });
});

it.each(['normalize', 'redact', 'upgrade'] as const)(
  '%s names a file that is damaged, gone or protected, and changes nothing',
  (kind) => {
    const base = folderWith({ 'cassettes/a.jsonl': 'garbage' });
    expect(rewrite(base, kind)).toMatchObject({ changed: false, problem: { code: 'REEL_CASSETTE_DAMAGED' } });
    expect(read(base)).toBe('garbage');
    expect(rewrite(folderWith(), kind)).toMatchObject({ problem: { code: 'REEL_FILE_NOT_FOUND' } });
  },
);

it('respects a file that is read-only', () => {
  const base = folderWith({ 'cassettes/a.jsonl': live });
  chmodSync(join(base, 'cassettes/a.jsonl'), 0o444);
  expect(rewrite(base, 'normalize')).toMatchObject({
    changed: false,
    problem: { code: 'REEL_STORE_UNWRITABLE' },
  });
  expect(read(base)).toBe(live);
});
