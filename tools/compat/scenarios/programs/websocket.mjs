/** A session over WebSocket: what is sent, what arrives, and how it closes. */
export async function program() {
  const socket = new WebSocket('wss://api.openai.com/v1/realtime?model=gpt-realtime', [
    'realtime',
    'openai-insecure-api-key.sk-compat-0123456789abcdef',
  ]);
  const messages = [];
  const closed = new Promise((resolve) => {
    socket.addEventListener('close', ({ code, reason }) => resolve({ code, reason }));
  });
  const done = new Promise((resolve, reject) => {
    socket.addEventListener('error', () => reject(new Error('the handshake failed')));
    closed.then(resolve);
    socket.addEventListener('message', ({ data }) => {
      const event = JSON.parse(data);
      messages.push(event);
      if (event.type === 'response.done') resolve();
    });
  });
  await Promise.race([new Promise((resolve) => socket.addEventListener('open', resolve)), done]);
  socket.send(
    JSON.stringify({ type: 'session.update', session: { type: 'realtime', output_modalities: ['text'] } }),
  );
  socket.send(
    JSON.stringify({
      type: 'conversation.item.create',
      item: { type: 'message', role: 'user', content: [{ type: 'input_text', text: 'Say hello' }] },
    }),
  );
  socket.send(JSON.stringify({ type: 'response.create' }));
  await done;
  socket.close(1000, 'enough');
  return { messages, closed: await closed };
}
