import { describe, expect, test } from 'vitest';
import { read } from '../../test/reading.ts';
import { detect, detectFormat } from './detect-format.ts';

const bytes = (text: string): Buffer => Buffer.from(text);

function reasonOf(content: string | Uint8Array): string {
  const detected = detect(typeof content === 'string' ? bytes(content) : content);
  return 'format' in detected ? `a recording: ${detected.format.id}` : detected.reason;
}

/** More than what is looked at of a file. */
const long = 'words and words '.repeat(200_000);
const base64Lines = (indent: string): string => `${indent}${'QUJD'.repeat(19)}\n`.repeat(25_000);

describe('a recording is told by its beginning', () => {
  test.each([
    ['httpmock', `when:\n  path: /v1/x\n  method: POST\n  body: '${long}'\nthen:\n  status: 200\n`],
    [
      'httpmock',
      `when:\n  path: /v1/x\n  method: POST\n  body: |-\n${base64Lines('    ')}then:\n  status: 200\n`,
    ],
    [
      'go-vcr',
      `---\nversion: 2\ninteractions:\n    - id: 0\n      request:\n        proto: HTTP/1.1\n        host: api.example.com\n        body: '${long}'\n        form: {}\n        headers: {}\n        url: https://api.example.com/v1/x\n        method: POST\n      response:\n        body: ok\n        status: 200 OK\n        code: 200\n`,
    ],
    [
      'go-vcr',
      `---\nversion: 1\ninteractions:\n- request:\n    body: |-\n${base64Lines('      ')}    form: {}\n    headers: {}\n    url: https://api.example.com/v1/x\n    method: POST\n  response:\n    body: ok\n    headers: {}\n    status: 200 OK\n    code: 200\n    duration: ""\n`,
    ],
    [
      'vcrpy',
      `interactions:\n- request:\n    body: !!binary |\n${base64Lines('      ')}    headers: {}\n    method: POST\n    uri: https://api.example.com/v1/x\n  response:\n    body: {string: ok}\n    headers: {}\n    status: {code: 200, message: OK}\nversion: 1\n`,
    ],
    [
      'vcrpy-lists',
      `requests:\n- body: !!binary |\n${base64Lines('    ')}  headers: {}\n  method: POST\n  uri: https://api.example.com/v1/x\nresponses:\n- body: {string: ok}\n  headers: {}\n  status: {code: 200, message: OK}\n`,
    ],
    [
      'ruby-vcr',
      `---\nhttp_interactions:\n- request:\n    method: post\n    uri: https://api.example.com/v1/x\n    body:\n      encoding: UTF-8\n      string: '${long}'\n    headers: {}\n  response:\n    status:\n      code: 200\n      message: OK\n    headers: {}\n    body:\n      encoding: UTF-8\n      string: ok\n  recorded_at: Fri, 20 Nov 2026 10:00:00 GMT\nrecorded_with: VCR 6.3.1\n`,
    ],
    [
      'wiremock',
      `---\nid: 1\nrequest:\n  url: /v1/x\n  method: POST\n  bodyPatterns:\n  - equalTo: '${long}'\nresponse:\n  status: 200\n  body: ok\n`,
    ],
    [
      'vcrpy',
      JSON.stringify({
        version: 1,
        interactions: [
          {
            request: { body: long, headers: {}, method: 'POST', uri: 'https://api.example.com/v1/x' },
            response: { body: { string: 'ok' }, headers: {}, status: { code: 200, message: 'OK' } },
          },
        ],
      }),
    ],
  ])('%s, however large the first request is', (format, text) => {
    const found = read(text);
    expect({ format: found.format, skipped: found.skipped }).toEqual({ format, skipped: [] });
    expect(found.interactions).toHaveLength(1);
    expect(found.interactions[0]!.request.body.byteLength).toBeGreaterThan(1 << 20);
    // As the importer asks: with the first megabyte alone.
    expect(detectFormat(bytes(text).subarray(0, 1 << 20))).toBe(format);
  });
});

const vcr = `http_interactions:
- request: {method: get, uri: 'https://api.example.com/'}
  response: {status: {code: 200, message: OK}, headers: {}, body: {string: ok}}
  recorded_at: Fri, 20 Nov 2026 10:00:00 GMT
`;

describe('no recording', () => {
  test.each([
    ['a page of Markdown', `# Cassettes\n\nThis is what one looks like.\n\n    ---\n${vcr}\n`],
    [
      'a page with a head',
      `---\ntitle: Cassettes\n---\nThis is what one looks like:\n\n\`\`\`\n${vcr}\`\`\`\n`,
    ],
    ['a page with commands', `### Install\n\n    [sudo] gem install vcr\n\n### Look\n\n    ---\n${vcr}\n`],
    [
      'a page with badges',
      `# vcr\n\n[![checks](https://example.com/a.svg)](https://example.com)\n\n\`\`\`yaml\n${vcr}\`\`\`\n`,
    ],
    ['Python', `"""Tests."""\nimport yaml\n\nCASSETTE = """\n${vcr}"""\n`],
    ['Ruby', `require 'vcr'\n\nYAML.load(<<-TEXT)\n---\n${vcr}TEXT\n`],
    [
      'Rust',
      `//! Tests.\nuse std::fs;\n\nconst ONE: &str = "\nwhen:\n  path: /x\nthen:\n  status: 200\n---\n";\n`,
    ],
    [
      'Java',
      `package x;\n\nclass A {\n  String stub = """\n---\nrequest:\n  url: /x\nresponse:\n  status: 200\n""";\n}\n`,
    ],
    ['TypeScript', `import { a } from 'b';\n\nconst stub = {\n  request: {\n    url: '/x',\n  },\n};\n`],
    ['the settings of a tool', 'id: 12fb14bb\nrequest:\n  headers: {}\n'],
    ['a document of somebody else', 'id: chat-1\nchoices:\n  - index: 0\ncreated: 1\n'],
    ['events of a calendar', 'event: party\nwhen: tomorrow\n'],
  ])('is %s', (_, text) => {
    expect(reasonOf(text)).toBe('it is in no format that is known');
  });

  test.each(['utf16le', 'utf-16be'])('is text in %s, and how to mend that is said', (encoding) => {
    const text = Buffer.from(`\uFEFF${JSON.stringify({ interactions: [] })}`, 'utf16le');
    expect(reasonOf(encoding === 'utf16le' ? text : text.swap16())).toBe(
      'it is text in UTF-16: save it as UTF-8',
    );
  });
});

test('a recording may have comments, a mark or Windows line ends before its keys', () => {
  for (const head of ['# recorded\n\n', '\uFEFF', '%YAML 1.1\n---\n', '\r\n---\r\n', '--- # one\n', '\n'])
    expect(reasonOf(`${head}${vcr}`), JSON.stringify(head)).toBe('a recording: ruby-vcr');
  expect(reasonOf(vcr.replaceAll('\n', '\r\n'))).toBe('a recording: ruby-vcr');
});

test('a dash may stand alone on its line', () => {
  expect(
    reasonOf(
      `---\nhttp_interactions:\n-\n  request:\n    method: get\n    uri: 'https://api.example.com/'\n`,
    ),
  ).toBe('a recording: ruby-vcr');
  expect(
    reasonOf(
      `interactions:\n  -\n    request:\n      body: ''\n      uri: 'https://api.example.com/'\n    response: {}\n`,
    ),
  ).toBe('a recording: vcrpy');
});

test('what looks like a merge conflict may be what was recorded', () => {
  const body = '<<<<<<< ours\na\n=======\nb\n>>>>>>> theirs\n';
  const asked = 'GET https://api.example.com/x HTTP/1.1\r\n\r\n';
  const answered = `HTTP/1.1 200 OK\r\n\r\n${body}`;
  const trace = `httprr trace v1\n${asked.length} ${answered.length}\n${asked}${answered}`;
  expect(reasonOf(trace)).toBe('a recording: httprr');
  expect(reasonOf(`interactions:\n${body}`)).toBe('it holds unresolved merge conflict markers');
});
