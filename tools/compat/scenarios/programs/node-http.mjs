import { request } from 'node:https';

/** A client below fetch, and a body that is no JSON. */
export async function program() {
  const boundary = 'compat-boundary';
  const part = (name, value, more = '') =>
    `--${boundary}\r\ncontent-disposition: form-data; name="${name}"${more}\r\n\r\n${value}\r\n`;
  const form = `${part('purpose', 'batch')}${part('file', '{"a":1}\n', '; filename="batch.jsonl"')}--${boundary}--\r\n`;
  return [
    await send(
      'POST',
      'https://api.openai.com/v1/files',
      { 'content-type': `multipart/form-data; boundary=${boundary}` },
      form,
    ),
    await send('GET', 'https://api.openai.com/v1/models', {}),
    await send(
      'POST',
      'https://api.openai.com/v1/audio/speech',
      { 'content-type': 'application/json' },
      JSON.stringify({ model: 'tts-1', voice: 'alloy', input: 'One two three four five '.repeat(20) }),
    ),
  ];
}

function send(method, url, headers, body) {
  return new Promise((resolve, reject) => {
    const sent = request(
      url,
      { method, headers: { authorization: 'Bearer sk-compat-0123456789abcdef', ...headers } },
      (response) => {
        const pieces = [];
        response.on('data', (piece) => pieces.push(piece));
        response.on('error', reject);
        response.on('end', () => {
          const bytes = Buffer.concat(pieces);
          resolve({
            status: response.statusCode,
            type: response.headers['content-type'],
            bytes: bytes.length,
            head: bytes.toString('base64').slice(0, 400),
          });
        });
      },
    );
    sent.on('error', reject);
    sent.end(body);
  });
}
