/** The smallest application: one chat completion through plain fetch. Throws the provider's message when refused. */
export async function ask(prompt: string, key = 'sk-scopes'): Promise<string> {
  const response = await fetch('https://api.openai.com/v1/chat/completions', {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(key !== '' && { authorization: `Bearer ${key}` }) },
    body: JSON.stringify({ model: 'gpt-4o-mini', messages: [{ role: 'user', content: prompt }] }),
  });
  const body = (await response.json()) as {
    choices: [{ message: { content: string } }];
    error?: { message: string };
  };
  if (!response.ok) throw new Error(body.error!.message);
  return body.choices[0].message.content;
}
