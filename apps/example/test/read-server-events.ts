/** The server-sent events of a response, as they arrive. */
export async function* readServerEvents(
  response: Response,
): AsyncGenerator<{ event: string; data: Record<string, unknown> }, void, undefined> {
  let buffer = '';
  const decoder = new TextDecoder();
  for await (const bytes of response.body!) {
    buffer += decoder.decode(bytes, { stream: true });
    const blocks = buffer.split('\n\n');
    buffer = blocks.pop()!;
    for (const block of blocks) {
      const [event = '', data = ''] = block.split('\n').map((line) => line.slice(line.indexOf(':') + 2));
      yield { event, data: JSON.parse(data) };
    }
  }
}
