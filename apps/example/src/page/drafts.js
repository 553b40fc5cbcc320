// Writes a reply from notes. The page asks OpenAI itself, with the key of whoever uses it: our server sees neither.

const element = (id) => document.getElementById(id);

/** The pieces of text of a chat completion, as they arrive. */
async function* write(notes, key) {
  const response = await fetch('https://api.openai.com/v1/chat/completions', {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${key}` },
    body: JSON.stringify({
      model: 'gpt-5.4-mini',
      reasoning_effort: 'none',
      stream: true,
      messages: [
        {
          role: 'developer',
          content: 'Write a short, kind reply to a customer of a shop for coffee and tea things.',
        },
        { role: 'user', content: notes },
      ],
    }),
  });
  if (!response.ok) throw new Error((await response.json()).error.message);
  let buffer = '';
  for await (const piece of response.body.pipeThrough(new TextDecoderStream())) {
    buffer += piece;
    const events = buffer.split('\n\n');
    buffer = events.pop();
    for (const event of events) {
      const data = event.slice('data: '.length);
      if (data !== '[DONE]') yield JSON.parse(data).choices[0]?.delta.content ?? '';
    }
  }
}

element('write').addEventListener('submit', async (event) => {
  event.preventDefault();
  const draft = element('draft');
  draft.textContent = '';
  draft.setAttribute('aria-busy', 'true');
  try {
    for await (const text of write(element('notes').value, element('key').value)) draft.textContent += text;
  } catch (error) {
    draft.textContent = `There is no draft: ${error.message}`;
  }
  draft.setAttribute('aria-busy', 'false');
});
