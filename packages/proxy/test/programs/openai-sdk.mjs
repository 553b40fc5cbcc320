// An unmodified application: the SDK finds its address and its key in the environment.
import OpenAI from 'openai';

const client = new OpenAI();
const stream = await client.chat.completions.create(JSON.parse(process.env.BODY));
for await (const event of stream) process.stdout.write(event.choices[0]?.delta?.content ?? '');
