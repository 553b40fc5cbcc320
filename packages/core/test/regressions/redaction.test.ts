import { expect, test } from 'vitest';
import type { Session } from '../../src/model/session.ts';
import { createRedactor } from '../../src/redaction/redactor.ts';
import { redactSession } from '../../src/redaction/session.ts';
import { plainSecret, secretsByRule, seeded } from '../fixtures/synthetic-secrets.ts';

const redactor = createRedactor({}, {});

test('a secret behind ?name= that follows another one is not swallowed by it and left', () => {
  const [a, b] = [plainSecret(seeded(1)), plainSecret(seeded(2))];
  expect(redactor.url(`https://h.example/my_api_key:%20${a}?note=my_api_key:%20${b}&x=1`)).toBe(
    'https://h.example/my_api_key:[redacted:api-key]?note=my_api_key:[redacted:api-key]&x=1',
  );
});

test('a known value with quotes is found in JSON inside JSON inside JSON', () => {
  const secret = 'p@ss"w0rd\\7x';
  const once = JSON.stringify({ a: secret });
  const twice = JSON.stringify({ b: once });
  const body = JSON.stringify({ c: twice });
  const redacted = createRedactor({ secrets: [secret] }, {}).body(Buffer.from(body), 'application/json');
  const inner = JSON.parse((JSON.parse(Buffer.from(redacted).toString()) as { c: string }).c) as {
    b: string;
  };
  expect(JSON.parse(inner.b)).toEqual({ a: '[redacted:configured-value]' });
});

test('a key with a file ending behind it is still a key', () => {
  const key = plainSecret(seeded(3));
  expect(redactor.text(`MISTRAL_API_KEY=${key}.txt`)).not.toContain(key.slice(0, 8));
});

test('a key cut by two messages of a session goes whole, also when its first part would pass for one', () => {
  const key = secretsByRule['openai-key']![0]!(seeded(4));
  const cut = Math.floor(key.length / 2);
  const session: Session = {
    frames: [key.slice(0, cut), key.slice(cut)].map((delta) => ({
      from: 'server',
      isBinary: false,
      bytes: Buffer.from(JSON.stringify({ type: 'delta', delta })),
    })),
    end: { kind: 'closed', by: 'server' },
  };
  const said = redactSession(session, redactor).frames.map(
    ({ bytes }) => (JSON.parse(Buffer.from(bytes).toString()) as { delta: string }).delta,
  );
  expect(said).toEqual(['[redacted:openai-key]', '']);
});

test('a list of names under "required" is no header', () => {
  expect(redactor.text('{"required":["password","api_key"]}')).toBe('{"required":["password","api_key"]}');
});

test('the scheme of a signed request is not taken for its secret, with the signature left behind it', () => {
  const signature = 'a7'.repeat(32);
  const line = `Authorization: AWS4-HMAC-SHA256 Credential=x/20261120/us-east-1/bedrock/aws4_request, SignedHeaders=host, Signature=${signature}`;
  expect(redactor.text(`${line}\nHost: h`)).toBe('Authorization: AWS4-HMAC-SHA256 [redacted:token]\nHost: h');
});

test('the cookies of an HTTP archive keep what is no secret', () => {
  const cookies = (value: string): string =>
    JSON.stringify({ cookies: [{ domain: '.example.org', name: '__cf_bm', value, secure: true }] });
  expect(redactor.text(cookies(plainSecret(seeded(5))))).toBe(cookies('[redacted:cookie]'));
});

test('a list under a secret name that breaks off inside a string does not reach into the names behind it', () => {
  const body = JSON.stringify({ content: ['"passwords":["",'], password: 0, api_key: ['abc1'] });
  expect(JSON.parse(redactor.text(body))).toEqual({
    content: ['"passwords":["",'],
    password: 0,
    api_key: ['[redacted:api-key]'],
  });
});

test('a field that the user names with one letter is redacted in a body', () => {
  const { body } = createRedactor({ fields: ['k'] }, {});
  const redacted = body(Buffer.from('{"k":"open sesame","ok":"fine"}'), 'application/json');
  expect(Buffer.from(redacted).toString()).toBe('{"k":"[redacted:field]","ok":"fine"}');
});

test('log probabilities under a key with escaped letters are read like the others', () => {
  const key = secretsByRule['groq-key']![0]!(seeded(6));
  const tokens = key.match(/.{1,4}/g)!.map((token) => ({ token, bytes: null }));
  const json = JSON.stringify({ logprobs: { content: tokens } }).replaceAll(
    '"token"',
    String.raw`"\u0074oken"`,
  );
  const redacted = Buffer.from(redactor.body(Buffer.from(json), 'application/json')).toString();
  const said = JSON.parse(redacted) as { logprobs: { content: { token: string }[] } };
  expect(said.logprobs.content.map(({ token }) => token).join('')).toBe('[redacted:groq-key]');
});
