// Any program: it reads the variable of an SDK, and knows nothing of Reel.
const response = await fetch(`${process.env.OPENAI_BASE_URL}/chat/completions`, {
  method: 'POST',
  headers: { 'content-type': 'application/json', authorization: `Bearer ${process.env.OPENAI_API_KEY}` },
  body: JSON.stringify({ model: 'gpt-4o-mini', messages: [{ role: 'user', content: 'Say hello' }] }),
});
const body = await response.json();
if (!response.ok) throw new Error(body.error.message);
console.log(body.choices[0].message.content);
