import { createDesk, type ProviderName } from '../src/index.ts';

/** One thing the support desk does, and what it printed of it. */
export interface Scene {
  readonly cassette: string;
  readonly title: string;
  /** Returns a line that shows the answer. */
  play(): Promise<string>;
}

/** What the customer asks; the demo changes one word of it to show a miss. */
export const question = 'Where is my order KC-1042, and can I still get a refund for it?';
export const changedQuestion = question.replace('refund', 'replacement');

/** The calls of the demo: both providers, streaming and not, a tool loop of several turns, embeddings. */
export function scenes(asked = question): Scene[] {
  return [...(['openai', 'anthropic'] as const).flatMap((provider) => scenesOf(provider, asked)), search];
}

function scenesOf(provider: ProviderName, asked: string): Scene[] {
  return [
    {
      cassette: `${provider}/agent`,
      title: `${provider}: agent with tools, streamed`,
      async play() {
        const desk = await createDesk({ provider });
        let pieces = 0;
        let line = '';
        for await (const event of desk.ask(asked)) {
          if (event.type === 'text') pieces++;
          if (event.type === 'done') {
            const { text, turns, tools } = event.answer;
            line = `${turns} turns, ${tools.length} tool calls, ${pieces} pieces: ${text}`;
          }
        }
        return line;
      },
    },
    {
      cassette: `${provider}/classify`,
      title: `${provider}: structured answer, in one piece`,
      async play() {
        const desk = await createDesk({ provider });
        return JSON.stringify(
          await desk.classify('The mug arrived broken. I am angry and want my money back today!'),
        );
      },
    },
  ];
}

const search: Scene = {
  cassette: 'openai/search',
  title: 'openai: search by embeddings',
  async play() {
    const desk = await createDesk({ provider: 'openai' });
    const hits = await desk.search('How long do I have to send something back?', { limit: 2 });
    return hits.map(({ article, score }) => `${article.title} (${score.toFixed(2)})`).join(', ');
  },
};
