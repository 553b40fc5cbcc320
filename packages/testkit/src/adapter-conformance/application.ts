/** `ask(prompt)` through plain fetch: the smallest application, as `ask.js` in the fixture projects. */
export function application(modules: 'esm' | 'cjs'): string {
  const exported = modules === 'esm' ? 'export { ask };' : 'module.exports = { ask };';
  return `async function ask(prompt) {
  const response = await fetch('https://api.openai.com/v1/chat/completions', {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: 'Bearer ' + process.env.OPENAI_API_KEY },
    body: JSON.stringify({ model: 'gpt-4o-mini', messages: [{ role: 'user', content: prompt }] }),
  });
  const body = await response.json();
  if (!response.ok) throw new Error(body.error.message);
  return body.choices[0].message.content;
}
${exported}
`;
}
