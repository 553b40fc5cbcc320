// The same in Node, with the ws package.
import { WebSocket } from 'ws';

const url = `${process.env.OPENAI_BASE_URL.replace('http', 'ws')}/realtime?model=gpt-realtime`;
const socket = new WebSocket(url, { headers: { authorization: `Bearer ${process.env.OPENAI_API_KEY}` } });
const send = (event) => socket.send(JSON.stringify(event));
socket.on('open', () => {
  send({ type: 'session.update', session: { type: 'realtime', output_modalities: ['text'] } });
  const content = [{ type: 'input_text', text: 'Say hello to Kim' }];
  send({ type: 'conversation.item.create', item: { type: 'message', role: 'user', content } });
  send({ type: 'response.create' });
});
socket.on('message', (data) => {
  const event = JSON.parse(data.toString());
  if (event.type === 'response.output_text.delta') process.stdout.write(event.delta);
  if (event.type === 'response.done') socket.close(1000);
});
