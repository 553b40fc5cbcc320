const keys = {
  authorization: 'Bearer sk-compat-0123456789abcdef',
  'x-api-key': 'sk-ant-compat-0123456789',
  'x-goog-api-key': 'AIzaCompat0123456789',
  'anthropic-version': '2023-06-01',
};

export function post(url, body, more = {}) {
  return fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...keys },
    body: JSON.stringify(body),
    ...more,
  });
}

/** All of an answer that an application can rely on. */
export async function seen(response) {
  const bytes = Buffer.from(await response.arrayBuffer());
  return {
    status: response.status,
    headers: [...response.headers],
    bytes: bytes.length,
    text: bytes.toString('latin1').slice(0, 20_000),
  };
}
