import { describe, expect, test } from 'vitest';
import { basicRuleId, bearerRuleId } from './authorization.ts';
import { pemRuleId } from './pem.ts';
import { placeholder } from './placeholder.ts';
import { createRedactor } from './redactor.ts';
import { shapeRules } from './rules/index.ts';
import { secretsByRule, secretsInContext, seeded } from '../../test/fixtures/synthetic-secrets.ts';

const redactor = createRedactor({}, {});

/** Surroundings in which a token stands in real traffic. */
const places: readonly (readonly [name: string, before: string, after: string])[] = [
  ['alone', '', ''],
  ['in a sentence', 'my key is ', ', please keep it.'],
  ['in JSON', '{"note":"', '","n":1}'],
  ['after an escaped line break in JSON', '{"note":"first line\\n', '\\nlast line"}'],
  ['in JSON inside JSON', String.raw`{"arguments":"{\"note\":\"`, String.raw`\"}"}`],
  ['in a path', 'https://host.example/files/', '?x=1'],
  ['in a query', 'https://host.example/?q=1&value=', '&b=2'],
  ['in an event', 'event: delta\ndata: {"text":"', '"}\n\n'],
  ['behind an equals sign', 'VALUE=', '\nOTHER=1'],
  ['after percent-encoded text', 'text=a%20', '&b=2'],
];

describe.each(Object.entries(secretsByRule))('%s', (ruleId, makers) => {
  test.each(places)('is found %s', (_, before, after) => {
    for (const [index, make] of makers.entries()) {
      const secret = make(seeded(index + 1));
      const text =
        ruleId === pemRuleId && before.includes('"') ? JSON.stringify(secret).slice(1, -1) : secret;
      expect(redactor.text(before + text + after)).toBe(before + placeholder(ruleId) + after);
    }
  });

  test('is left alone when the rule is off', () => {
    const lenient = createRedactor({ rules: { [ruleId]: false } }, {});
    for (const [index, make] of makers.entries()) {
      const redacted = lenient.text(make(seeded(index + 1)));
      expect(redacted).not.toContain(placeholder(ruleId));
    }
  });

  test('is not found in a word that only begins like it', () => {
    for (const make of makers) {
      const stump = make(seeded(9)).slice(0, 12).replaceAll('\n', ' ');
      expect(redactor.text(`a ${stump} b`)).toBe(`a ${stump} b`);
    }
  });
});

describe.each(Object.entries(secretsInContext))('%s', (ruleId, makers) => {
  test('is found where its context says so, and the context stays', () => {
    for (const make of makers) {
      const [before, secret, after] = make(seeded(3));
      expect(redactor.text(`see ${before}${secret}${after} there`)).toBe(
        `see ${before}${placeholder(ruleId)}${after} there`,
      );
    }
  });
});

test('every shape has an example here', () => {
  const tested = new Set([...Object.keys(secretsByRule), ...Object.keys(secretsInContext)]);
  const ids = [...shapeRules.map(({ id }) => id), pemRuleId, bearerRuleId, basicRuleId];
  expect(ids.filter((id) => !tested.has(id))).toEqual([]);
});

test('no rule takes a placeholder for a secret', () => {
  for (const { id } of shapeRules) {
    expect(redactor.text(`x ${placeholder(id)} y`)).toBe(`x ${placeholder(id)} y`);
    expect(redactor.text(`Bearer ${placeholder(id)}`)).toBe(`Bearer ${placeholder(id)}`);
  }
});

test.each([
  ['ids of OpenAI', 'chatcmpl-B1x9mZq0Xc3PwT7uV5yLk2Ns4Rd6Fg'],
  ['tool call ids', 'call_7Fh2kLm9Qw3Er5Ty8Ui1Op toolu_01A09q90qw90lq917835lq9'],
  ['message ids', 'msg_01XFDUDYJgAACzvnptvVoYEL resp_67ccd2bed1ec8190b14f964abc0542670bb6a6b452d3795b'],
  ['a UUID', '3f2504e0-4f89-41d3-9a0c-0305e82c3301'],
  ['a git commit', 'commit 9fceb02d0ae598e95dc970b74767f19372d61af8'],
  ['a SHA-256', 'sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'],
  ['a style sheet class', 'class="sk-fading-circle sk-circle-fade-dot-container sk-chase"'],
  [
    'a hyphenated word',
    'a task-force-of-the-2024-initiative-for-research and risk-assessment-for-2025-q4-results',
  ],
  [
    'a dated model',
    'claude-3-5-sonnet-20241022 gpt-4o-mini-2024-07-18 us.anthropic.claude-3-haiku-20240307-v1:0',
  ],
  ['a fingerprint', '"system_fingerprint":"fp_44709d6fcb"'],
  ['a publishable key', ['pk', 'live', 'a7B8c9D0e1F2g3H4i5J6'].join('_')],
  [
    'a public certificate',
    `-----${'BEGIN'} CERTIFICATE-----\nMIIBszCCAVmgAwIBAgIUQ\n-----${'END'} CERTIFICATE-----`,
  ],
  [
    'prose about passwords',
    'The password is reset by the user; the secret: always rotate. Token: a word. api_key: required',
  ],
  [
    'log probabilities',
    '{"token":" Hello","logprob":-0.31,"bytes":[32,72],"top_logprobs":[{"token":"Hi","logprob":-2}]}',
  ],
  [
    'token counts',
    '{"max_tokens":4096,"prompt_tokens":17,"completion_tokens_details":{"reasoning_tokens":0}}',
  ],
  [
    'a schema',
    '{"password":{"type":"string","description":"The password"},"required":["password","api_key"]}',
  ],
  [
    'a field described',
    '{"password":"The password of the user","api_key":"string","secret":"<your secret>"}',
  ],
  ['code', 'api_key = os.environ["OPENAI_API_KEY"]; client(api_key=settings.api_key, password=getpass())'],
  [
    'a reference in a shell',
    'curl -H "Authorization: Bearer $OPENAI_API_KEY" https://user:${PASSWORD}@host.example/',
  ],
  [
    'a paging token',
    '{"next_page_token":"CAUQAA1b2c3d4e5f6g7h8i9j0k","nextPageToken":"EAAaBlBUOkNBb3dfYWJjZDEy"}',
  ],
  ['a thinking signature', '{"signature":"EqQBCgIYAhIM1gbcDa9GJwZA2b3hGgxBdjrkzLoky3dl1pkiMOYds"}'],
  [
    'a picture',
    `data:image/png;base64,${Buffer.from([137, 80, 78, 71, 13, 10, 26, 10, ...Array(90).keys()]).toString('base64')}`,
  ],
])('%s stay as they are', (_, text) => {
  expect(redactor.text(text)).toBe(text);
});
